using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Workspaces;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.UnitTests.Portal.Workspaces;

/// <summary>What people read of a research workspace.</summary>
public sealed class WorkspaceSentencesTests
{
    [Fact]
    public void One_that_makes_room_says_for_which_lesson_and_when_it_is_back()
    {
        var outlook = OneWorkspace.Outlook(OneWorkspace.Status(WorkspaceStage.Yielding, next: "2026-11-23T17:00:00+01:00") with
        {
            Yielding = new() { Lesson = "intro/tp1", Since = OneWorkspace.At("2026-11-23T11:49:00+01:00"), Until = OneWorkspace.At("2026-11-23T17:00:00+01:00") },
            LostSeconds = 7200, LostSince = OneWorkspace.At("2026-11-23T11:55:00+01:00"),
        });
        Assert.Equal("Il laisse la place à la séance intro/tp1. Il revient de lui-même lundi 23 novembre à 17:00. Ses fichiers sont conservés.", WorkspaceSentences.Sentence(outlook, Language.French));
        Assert.Equal("It makes room for the lesson intro/tp1. It comes back by itself on Monday 23 November at 17:00. Its files are kept.", WorkspaceSentences.Sentence(outlook, Language.English));
        Assert.Equal("séance intro/tp1, dès lundi 23 novembre à 11:49, jusqu’au lundi 23 novembre à 17:00", WorkspaceSentences.Yielding(outlook, Language.French));
        Assert.Equal("2\u00a0h\u00a005\u00a0min", WorkspaceWords.Of(outlook.Lost, Language.French));
        Assert.False(outlook.MayStart);
    }

    [Theory]
    [InlineData("lesson", "pour laisser la place à la séance intro/tp1. Il revient de lui-même lundi 23 novembre à 17:00.", "to make room for the lesson intro/tp1. It comes back by itself on Monday 23 November at 17:00.")]
    [InlineData("hours", "à la fin de ses heures, et revient de lui-même.", "when its hours are over, and comes back by itself.")]
    [InlineData("idle", "car rien n’y tourne.", "since nothing is done in it.")]
    [InlineData("end", "après son dernier jour.", "when its last day is over.")]
    public void One_that_runs_says_when_it_stops_and_why(string why, string french, string english)
    {
        var status = OneWorkspace.Status(WorkspaceStage.Stopping, next: "2026-11-23T13:49:00+01:00") with
        {
            Yielding = new() { Lesson = "intro/tp1", Since = OneWorkspace.At("2026-11-23T13:49:00+01:00"), Until = OneWorkspace.At("2026-11-23T17:00:00+01:00") },
        };
        var outlook = OneWorkspace.Outlook(status, endsAt: $"2026-11-23T13:49:00+01:00 {why}", isOpen: true);
        var (inFrench, inEnglish) = (WorkspaceSentences.Sentence(outlook, Language.French), WorkspaceSentences.Sentence(outlook, Language.English));
        Assert.StartsWith("Enregistrez votre travail\u00a0: il s’arrête lundi 23 novembre à 13:49", inFrench, StringComparison.Ordinal);
        Assert.StartsWith("Save your work: it stops on Monday 23 November at 13:49", inEnglish, StringComparison.Ordinal);
        Assert.Contains(french, inFrench, StringComparison.Ordinal);
        Assert.Contains(english, inEnglish, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_one_that_somebody_or_idleness_stopped_may_be_started()
    {
        foreach (var stage in Enum.GetValues<WorkspaceStage>())
            Assert.Equal(stage is WorkspaceStage.Suspended or WorkspaceStage.Idle, OneWorkspace.Outlook(OneWorkspace.Status(stage), spec => spec with { Suspend = stage == WorkspaceStage.Suspended }).MayStart);
    }

    [Fact]
    public void A_wish_counts_before_the_operator_has_answered()
    {
        Assert.Null(OneWorkspace.Outlook(OneWorkspace.Status(WorkspaceStage.Suspended), spec => spec with { Suspend = false }).Stage);
        Assert.Equal(WorkspaceStage.Suspended, OneWorkspace.Outlook(OneWorkspace.Status(WorkspaceStage.Running), spec => spec with { Suspend = true }).Stage);
        var idle = OneWorkspace.Status(WorkspaceStage.Idle) with { IdleAt = OneWorkspace.At("2026-11-23T10:00:00+01:00") };
        Assert.Equal(WorkspaceStage.Idle, OneWorkspace.Outlook(idle, spec => spec with { StartedAt = OneWorkspace.At("2026-11-22T10:00:00+01:00") }).Stage);
        Assert.Null(OneWorkspace.Outlook(idle, spec => spec with { StartedAt = OneWorkspace.At("2026-11-23T12:00:00+01:00") }).Stage);
    }

    [Fact]
    public void Every_stage_and_reason_has_words_in_both_languages_with_their_typography()
    {
        string[] reasons = ["ExceedsGrant", "GrantHeldByOthers", "CollidesWithLessons", "NotEnoughCapacity", "ImagePullFailed", "Crashing", "ContainerRefused", "MaterialsFailed", "PreparingMaterials", "GrantUsedUp", "Refused", "NodeSilent", "NoNodeForImage", "ImageNotAllowed", "Whatever"];
        var stages = Enum.GetValues<WorkspaceStage>().Cast<WorkspaceStage?>().Append(null);
        foreach (var outlook in stages.SelectMany(stage => reasons.Select(reason => OneWorkspace.Outlook(stage is { } known ? OneWorkspace.Status(known, reason) : null))))
        {
            foreach (var text in new Func<Language, string>[] { language => WorkspaceSentences.Title(outlook, language), language => WorkspaceSentences.Sentence(outlook, language), language => WorkspaceWords.Of(outlook.Stage, language) })
            {
                var (french, english) = (text(Language.French), text(Language.English));
                Assert.NotEqual(french, english);
                Assert.DoesNotContain("  ", french + english, StringComparison.Ordinal);
                foreach (var sign in ":;!?") Assert.DoesNotContain($" {sign}", french + english, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void One_that_waits_for_others_of_its_project_says_so_and_not_that_it_takes_seconds()
    {
        var outlook = OneWorkspace.Outlook(OneWorkspace.Status(WorkspaceStage.Starting, "GrantUsedUp"));
        Assert.Equal(
            "Les autres espaces du projet utilisent déjà ce qui lui est accordé\u00a0: il démarre de lui-même dès qu’il en reste assez. Arrêtez l’un d’eux, ou demandez à l’administrateur d’accorder plus.",
            WorkspaceSentences.Sentence(outlook, Language.French));
        Assert.Equal(
            "The project’s other workspaces already use what it is granted: this one starts by itself as soon as enough is left. Stop one of them, or ask the administrator for a larger grant.",
            WorkspaceSentences.Sentence(outlook, Language.English));
        Assert.Equal("L’espace attend son tour", WorkspaceSentences.Title(outlook, Language.French));
        Assert.StartsWith("La plateforme refuse pour l’instant ce dont il a besoin", WorkspaceSentences.Sentence(OneWorkspace.Outlook(OneWorkspace.Status(WorkspaceStage.Starting, "Refused")), Language.French), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_cannot_start_and_has_given_its_devices_back_says_so_beside_the_reason()
    {
        var outlook = OneWorkspace.Outlook(OneWorkspace.Status(WorkspaceStage.Failed, "ImagePullFailed") with { FailedStart = new() { Since = OneWorkspace.At("2026-11-23T11:00:00+01:00"), GaveBackAt = OneWorkspace.At("2026-11-23T11:10:00+01:00") } });
        Assert.Equal(
            "Son image ne peut pas être téléchargée\u00a0: corrigez son nom, ou rendez-la accessible aux machines. Ce qu’il occupait est libéré\u00a0; un nouvel essai a lieu toutes les demi-heures, et dès que sa description change.",
            WorkspaceSentences.Sentence(outlook, Language.French));
        Assert.EndsWith(" What it held is given back; it is tried again every half hour, and as soon as its description changes.", WorkspaceSentences.Sentence(outlook, Language.English), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_operator_says_is_text_in_one_line()
    {
        var status = OneWorkspace.Status(WorkspaceStage.Failed, "Crashing");
        var html = WorkspaceFragment.OfPage(OneWorkspace.Outlook(status with { Conditions = [status.Conditions![0] with { Message = "<script>alert(1)</script>\r\ndata: x" }] }), Language.French);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', html);
        Assert.DoesNotContain('\r', html);
    }
}
