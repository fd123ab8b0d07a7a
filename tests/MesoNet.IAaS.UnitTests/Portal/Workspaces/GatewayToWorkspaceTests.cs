using System.Net;
using System.Text;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.UnitTests.Portal.Workspaces;

/// <summary>Who is let to the pod of a research workspace, and from where.</summary>
public sealed class GatewayToWorkspaceTests : IDisposable
{
    private static readonly string Label = SeatHost.LabelOf(OneWorkspace.Of());
    private static readonly string Home = $"/s/{OneWorkspace.Name}/{ObjectNames.Workspace(OneWorkspace.Project, OneWorkspace.Name)}/";

    private readonly ManualTime time = new(OneWorkspace.Now.ToDateTimeOffset());
    private readonly KubernetesClient client = new(new KubernetesConnection { Server = new("http://127.0.0.1:1") }, TimeProvider.System);
    private readonly SiteView site;
    private readonly Passes passes;
    private readonly GatewayDecision decision;

    public GatewayToWorkspaceTests()
    {
        site = new(client, new(), PlatformCatalogue.BuiltIn, WatcherTimes.Default, TimeProvider.System, NullLogger<SiteView>.Instance);
        passes = new(new byte[32], time);
        var options = new PortalOptions
        {
            PublicUrl = new("https://portal.example.org"), SeatsDomain = "notebooks.example.org", Listen = "127.0.0.1:1",
            Networks = new(new Dictionary<string, IReadOnlyList<IPNetwork>> { ["research"] = [IPNetwork.Parse("198.51.100.0/24")] }),
        };
        decision = new(site, options, passes, time);
        Put(OneWorkspace.Of());
        site.WorkspacePods.Take(new StoreChange<ObservedPod>.Applied(OneWorkspace.Pod()));
        site.Tokens.Take(new StoreChange<Secret>.Applied(new()
        {
            Metadata = new() { Name = Tokens.SecretName(OneWorkspace.Name), Namespace = OneWorkspace.Project },
            Data = new Dictionary<string, byte[]> { [ObjectNames.Workspace(OneWorkspace.Project, OneWorkspace.Name)] = Encoding.ASCII.GetBytes("token1") },
        }));
    }

    [Theory]
    [InlineData("adele")]
    [InlineData("Adele")]
    [InlineData("bruno")]
    public void Owner_and_collaborators_are_led_to_the_pod_with_its_token(string login)
    {
        var allowed = Assert.IsType<GatewayVerdict.Allowed>(Decide(Somebody(login)));
        Assert.Equal(($"10.0.0.7:{SeatPod.Port}", "token1"), (allowed.Address, allowed.Token));
    }

    [Fact]
    public void Nobody_else_is_not_even_who_teaches_or_runs_the_site()
    {
        Refused(Refusal.NotYours, Decide(Somebody("student01")));
        Refused(Refusal.NotYours, Decide(Somebody("teacher1", SiteRole.Teacher)));
        Refused(Refusal.NotYours, Decide(Somebody("admin", SiteRole.Administrator)));
        // Whoever holds an invitation to a seat is known by its login only, and nobody vouched for that.
        Refused(Refusal.NotYours, Decide(new("adele", IsIdentified: false, new HashSet<SiteRole>(), [new(new("course-intro", "intro-adele"), "uid", 0)])));
        Assert.IsType<GatewayVerdict.Unknown>(decision.Decide(Request(pass: null)));
    }

    [Fact]
    public void Whoever_is_taken_from_the_collaborators_is_out_at_once()
    {
        Put(OneWorkspace.Of(change: spec => spec with { Collaborators = null }));
        Refused(Refusal.NotYours, Decide(Somebody("bruno")));
        Assert.IsType<GatewayVerdict.Allowed>(Decide(Somebody("adele")));
        Assert.Empty(site.WorkspacesOf(Somebody("bruno")));
        Assert.Single(site.WorkspacesOf(Somebody("ADELE")));
    }

    [Fact]
    public void Its_networks_hold_for_its_owner_too()
    {
        Put(OneWorkspace.Of(change: spec => spec with { Access = new() { Networks = ["research"] } }));
        Assert.IsType<GatewayVerdict.Allowed>(Decide(Somebody("adele"), client: "198.51.100.9"));
        Refused(Refusal.WrongNetwork, Decide(Somebody("adele"), client: "203.0.113.9"));
    }

    [Fact]
    public void Where_it_does_not_run_or_the_pod_is_an_earlier_workspaces_it_is_said_so()
    {
        site.WorkspacePods.Take(new StoreChange<ObservedPod>.Applied(OneWorkspace.Pod(uid: "uid-0")));
        Refused(Refusal.NotRunning, Decide(Somebody("adele")));
        site.WorkspacePods.Take(new StoreChange<ObservedPod>.Deleted(OneWorkspace.Pod().Key));
        Refused(Refusal.NotRunning, Decide(Somebody("adele")));
    }

    [Fact]
    public void Nothing_of_another_place_goes_to_it()
    {
        Refused(Refusal.BadPath, Decide(Somebody("adele"), target: "/s/other/other-123456/lab"));
        Refused(Refusal.BadPath, Decide(Somebody("adele"), target: Home + "../x"));
        Refused(Refusal.FromElsewhere, decision.Decide(Request(Pass(Somebody("adele"), Label)) with { Origin = "https://other.example" }));
        // A pass is for its own host.
        Assert.IsType<GatewayVerdict.Unknown>(decision.Decide(Request(Pass(Somebody("adele"), SeatHost.LabelOf("project-climat", "these-climat", "x")))));
    }

    [Theory]
    [InlineData("port/tensorboard/", 6006)]
    [InlineData("port/tensorboard", 6006)]
    [InlineData("port/tensorboard?x=/", 6006)]
    [InlineData("port/other/", null)]
    [InlineData("port/tensorboard-2/data", null)]
    [InlineData("port/%74ensorboard/", SeatPod.Port)]
    [InlineData("port/", SeatPod.Port)]
    [InlineData("port", SeatPod.Port)]
    [InlineData("port/6006/", SeatPod.Port)]
    [InlineData("lab/port/tensorboard/", SeatPod.Port)]
    [InlineData("lab?to=port/tensorboard/", SeatPod.Port)]
    public void A_port_that_it_declares_is_reached_below_its_path_without_JupyterLabs_token(string rest, int? port)
    {
        Put(OneWorkspace.Of(change: spec => spec with { Ports = [new() { Name = "tensorboard", Port = 6006 }] }));
        if (port is null)
        {
            Refused(Refusal.NoSuchPort, Decide(Somebody("adele"), target: Home + rest));
            return;
        }

        var allowed = Assert.IsType<GatewayVerdict.Allowed>(Decide(Somebody("bruno"), target: Home + rest));
        Assert.Equal(($"10.0.0.7:{port}", port == SeatPod.Port ? "token1" : ""), (allowed.Address, allowed.Token));
        Refused(Refusal.NotYours, Decide(Somebody("student01"), target: Home + rest));
    }

    [Fact]
    public void Its_host_is_no_seats_and_its_page_is_its_own()
    {
        Assert.NotEqual(SeatHost.LabelOf(OneWorkspace.Project, OneWorkspace.Name, ObjectNames.Workspace(OneWorkspace.Project, OneWorkspace.Name)), Label);
        Assert.Equal(Label, SeatHost.LabelIn($"{Label}.notebooks.example.org", "notebooks.example.org"));
        Assert.Equal($"/workspaces/{Label}/open?to=%2Fs%2Fx", GatewayTarget.Of(Label, site)!.DoorOf(Label, "/s/x"));
    }

    public void Dispose() => client.Dispose();

    private void Put(ResearchWorkspace workspace) => site.Workspaces.Take(new StoreChange<ResearchWorkspace>.Applied(workspace));

    private GatewayVerdict Decide(Visitor visitor, string? target = null, string client = "203.0.113.9") => decision.Decide(Request(Pass(visitor, Label), target, client));

    private string Pass(Visitor visitor, string label) => passes.Write(new(label, visitor, time.GetUtcNow().ToUnixTimeSeconds(), time.GetUtcNow().ToUnixTimeSeconds()));

    private static GatewayRequest Request(string? pass, string? target = null, string client = "203.0.113.9") =>
        new($"{Label}.notebooks.example.org", target ?? Home + "lab", "GET", "", "", "", "", false, IPAddress.Parse(client), pass);

    private static Visitor Somebody(string login, params SiteRole[] roles) => new(login, IsIdentified: true, roles.ToHashSet(), []);

    private static void Refused(Refusal why, GatewayVerdict verdict) => Assert.Equal(why, Assert.IsType<GatewayVerdict.Refused>(verdict).Why);
}
