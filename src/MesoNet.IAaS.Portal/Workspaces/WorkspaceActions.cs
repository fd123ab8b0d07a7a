using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>What people do to a research workspace: wishes in its spec, as the command line writes them. Each answers with what happens, and is written down as an Event.</summary>
internal sealed class WorkspaceActions(KubernetesClient client, ResourceEvents events, TimeProvider time)
{
    private static readonly Sentence NotYours = new("Seul le responsable de l’espace peut faire cela.", "Only whoever is responsible for the workspace may do this.");

    /// <summary>Starts it, where its hours and the lessons let it.</summary>
    public async Task<Sentence> StartAsync(FoundWorkspace found, Visitor visitor, CancellationToken cancellationToken)
    {
        await WriteAsync(found, WorkspaceWishes.Start(found.Workspace, time.GetUtcNow()), "StartAsked", $"{visitor.Login} asked for it to start.", cancellationToken);
        return found.Workspace.Status?.Stage is WorkspaceStage.Ended
            ? new("Il est demandé, mais son dernier jour est passé\u00a0: prolongez-le.", "It has been asked for, but its last day is over: extend it.")
            : new("Il est demandé\u00a0: il démarre maintenant, si ses heures et les séances le permettent.", "It has been asked for: it starts now, if its hours and the lessons let it.");
    }

    /// <summary>Stops it.</summary>
    public async Task<Sentence> StopAsync(FoundWorkspace found, Visitor visitor, CancellationToken cancellationToken)
    {
        if (found.Part != WorkspacePart.Owner) return NotYours;
        await WriteAsync(found, WorkspaceWishes.Stop(), "StopAsked", $"{visitor.Login} stopped it.", cancellationToken);
        return new("Il s’arrête. Ses fichiers sont conservés\u00a0; ce qui tournait est perdu.", "It is stopping. Its files are kept; what ran in it is lost.");
    }

    /// <summary>Gives it another last day.</summary>
    public async Task<Sentence> ExtendAsync(FoundWorkspace found, string? until, Visitor visitor, CancellationToken cancellationToken)
    {
        if (found.Part != WorkspacePart.Owner) return NotYours;
        switch (WorkspaceWishes.ProblemOf(found.Workspace, until, Instant.FromDateTimeOffset(time.GetUtcNow())))
        {
            case ExtensionProblem.NoDate: return new("Ce n’est pas une date. Écrivez-la comme 2027-06-30.", "This is no date. Write it as 2027-06-30.");
            case ExtensionProblem.IsOver: return new("Ce jour est déjà passé. Choisissez aujourd’hui, ou plus tard.", "This day is over already. Choose today, or later.");
        }

        await WriteAsync(found, WorkspaceWishes.Extend(until!), "Extended", $"{visitor.Login} made {until} its last day; it was {found.Workspace.Spec.Until}.", cancellationToken);
        var isFirm = found.Workspace.Spec.YieldsToLessons == false;
        return new(
            $"Son dernier jour est maintenant le {WorkspaceWords.Day(until!, Language.French)}.{(isFirm ? " Cette page dira si le calendrier des séances lui garde la place jusque-là." : "")}",
            $"Its last day is now {WorkspaceWords.Day(until!, Language.English)}.{(isFirm ? " This page will say whether the calendar of lessons keeps its room until then." : "")}");
    }

    private async Task WriteAsync(FoundWorkspace found, JsonObject wish, string reason, string message, CancellationToken cancellationToken)
    {
        await client.MergePatchAsync<ResearchWorkspace>(found.Workspace.Key, wish, cancellationToken);
        await events.RecordAsync(found.Workspace, reason, message, cancellationToken);
    }
}
