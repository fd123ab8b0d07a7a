using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Workspaces;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.UnitTests.Portal.Workspaces;

/// <summary>What people read of a volume of which little is left.</summary>
public sealed class VolumeWordsTests
{
    [Fact]
    public void It_is_told_how_much_is_left_what_that_means_and_what_to_do()
    {
        var outlook = Outlook("VolumeFull", new() { Left = 12 * 1024, Size = 50L << 30 });
        Assert.Equal(
            "Son volume est plein\u00a0: il reste 12\u00a0Kio sur 50\u00a0Gio. Ce qui tourne continue, mais n’enregistre plus rien\u00a0; ce qui est déjà enregistré reste. "
            + "Supprimez des fichiers dans un terminal de JupyterLab, ou demandez à l’administrateur d’agrandir le volume.",
            VolumeWords.Sentence(outlook, Language.French));
        Assert.Equal(
            "Its volume is full: 12\u00a0KiB of 50\u00a0GiB are left. What runs goes on, but saves nothing any more; what is saved already stays. "
            + "Remove files in a terminal of JupyterLab, or ask the administrator for a larger volume.",
            VolumeWords.Sentence(outlook, Language.English));
        Assert.Equal(("volume plein", "volume full"), (VolumeWords.Of(outlook, Language.French), VolumeWords.Of(outlook, Language.English)));
    }

    [Fact]
    public void Files_that_are_used_up_are_told_as_such_and_an_amount_that_nobody_knows_is_left_out()
    {
        Assert.StartsWith(
            "Son volume est presque plein\u00a0: il ne peut contenir que 1\u202f234 fichiers de plus, même petits, sur 65\u202f536. Supprimez",
            VolumeWords.Sentence(Outlook("VolumeNearlyFull", new() { Left = 1234, Size = 65_536, LacksFiles = true }), Language.French), StringComparison.Ordinal);
        Assert.StartsWith("Its volume is nearly full. Remove", VolumeWords.Sentence(Outlook("VolumeNearlyFull", null), Language.English), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_room_nothing_is_said_and_otherwise_the_page_says_it_beside_what_the_workspace_does()
    {
        var usual = OneWorkspace.Outlook(OneWorkspace.Status(WorkspaceStage.Running));
        Assert.Null(VolumeWords.Sentence(usual, Language.French));
        Assert.Null(VolumeWords.Of(usual, Language.French));
        var full = Outlook("VolumeFull", new() { Left = 0, Size = 50L << 30 });
        foreach (var html in new[] { WorkspaceFragment.OfPage(full, Language.French), WorkspaceFragment.OfDoor(full, "/", Language.French) })
            Assert.Contains("<p class=\"problem\">Son volume est plein&#xA0;: il reste 0&#xA0;Kio sur 50&#xA0;Gio.", html, StringComparison.Ordinal);
    }

    private static WorkspaceOutlook Outlook(string reason, VolumeStatus? volume)
    {
        var status = OneWorkspace.Status(WorkspaceStage.Running);
        Condition condition = new() { Type = "VolumeHasRoom", Status = "False", Reason = reason, Message = "In the operator's words." };
        return OneWorkspace.Outlook(status with { Volume = volume, Conditions = [.. status.Conditions!, condition] }, isOpen: true);
    }
}
