using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Portal.Workspaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>What a host below the seats' domain leads to: a notebook, whose it is, and from where it may be reached.</summary>
internal abstract record GatewayTarget
{
    /// <summary>The path that everything of it lies under.</summary>
    public abstract string BasePath { get; }

    /// <summary>From where it may be reached.</summary>
    public abstract Access? Access { get; }

    /// <summary>Whether it is anything to somebody.</summary>
    public abstract bool Admits(Visitor visitor);

    /// <summary>The port of its pod that a request target is for: JupyterLab's as a rule; null where it names one that is not declared.</summary>
    /// <param name="target">The raw request target, below its path.</param>
    public virtual int? PortOf(string target) => SeatPod.Port;

    /// <summary>Its pod; null where there is none.</summary>
    public abstract ObservedPod? PodIn(SiteView site);

    /// <summary>The token of its JupyterLab; null where it has none yet.</summary>
    public abstract string? TokenIn(SiteView site);

    /// <summary>The path of the portal's page that leads into it, or says why not.</summary>
    /// <param name="label">Its host.</param>
    /// <param name="to">Where in it somebody wants to; its JupyterLab where null.</param>
    public abstract string DoorOf(string label, string? to);

    /// <summary>What a host leads to; null where to nothing.</summary>
    /// <param name="label">The first label of the host's name.</param>
    /// <param name="site">The site.</param>
    public static GatewayTarget? Of(string label, SiteView site)
    {
        if (site.SeatOfHost(label) is { } seat) return site.Environments.Find(SiteView.CourseOf(seat)) is { } course ? new ToSeat(seat, course) : null;
        return site.WorkspaceOfHost(label) is { } workspace ? new ToWorkspace(workspace) : null;
    }

    /// <summary>A student's seat.</summary>
    public sealed record ToSeat(Seat Seat, ClassroomEnvironment Course) : GatewayTarget
    {
        /// <inheritdoc/>
        public override string BasePath => SeatPod.BasePath(Seat.Spec.Environment, Seat.Metadata.Name!);

        /// <inheritdoc/>
        public override Access? Access => Course.Spec.Access;

        /// <inheritdoc/>
        public override bool Admits(Visitor visitor) => Rights.To(Seat, Course, visitor) != Part.None;

        /// <inheritdoc/>
        public override ObservedPod? PodIn(SiteView site) => site.Pods.Find(Seat.Key);

        /// <inheritdoc/>
        public override string? TokenIn(SiteView site) => site.TokenOf(Seat);

        /// <inheritdoc/>
        public override string DoorOf(string label, string? to) => SeatDoor.PathOf(label, to);
    }

    /// <summary>A research workspace.</summary>
    public sealed record ToWorkspace(ResearchWorkspace Workspace) : GatewayTarget
    {
        /// <inheritdoc/>
        public override string BasePath => SeatPod.BasePath(Workspace.Metadata.Name!, ObjectNames.Workspace(Workspace.Metadata.Namespace!, Workspace.Metadata.Name!));

        /// <inheritdoc/>
        public override Access? Access => Workspace.Spec.Access;

        /// <inheritdoc/>
        public override bool Admits(Visitor visitor) => Rights.To(Workspace, visitor) != WorkspacePart.None;

        /// <inheritdoc/>
        public override int? PortOf(string target) =>
            WorkspacePorts.NameIn(target, BasePath) is not { } name ? SeatPod.Port : Workspace.Spec.Ports?.FirstOrDefault(port => port.Name == name)?.Port;

        /// <inheritdoc/>
        public override ObservedPod? PodIn(SiteView site) => site.PodOf(Workspace);

        /// <inheritdoc/>
        public override string? TokenIn(SiteView site) => site.TokenOf(Workspace);

        /// <inheritdoc/>
        public override string DoorOf(string label, string? to) => WorkspaceDoor.PathOf(label, to);
    }
}
