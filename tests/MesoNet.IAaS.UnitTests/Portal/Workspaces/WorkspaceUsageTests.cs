using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Workspaces;

namespace MesoNet.IAaS.UnitTests.Portal.Workspaces;

/// <summary>What a workspace's pod tells of its use, and what becomes of it: whoever works in it can make it tell anything.</summary>
public sealed class WorkspaceUsageTests
{
    private const long Noon = 1795431600;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"gpu": "no", "samples": []}""")]
    [InlineData("""{"gpu": false, "samples": {}}""")]
    [InlineData("""{"gpu": false, "samples": [[1, 2, 3]]}""")]
    [InlineData("""{"gpu": false, "samples": [["1", 2, 3, 4]]}""")]
    [InlineData("""{"gpu": false, "samples": [[1.5, 2, 3, 4]]}""")]
    public void What_is_no_answer_is_none(string? text) => Assert.Null(WorkspaceUsage.Read(text, OneWorkspace.Now));

    [Fact]
    public void Numbers_that_cannot_be_are_not_measured_and_moments_only_go_on()
    {
        Assert.Equal(Noon, OneWorkspace.Now.ToUnixTimeSeconds());
        var usage = WorkspaceUsage.Read($"{{\"gpu\": true, \"samples\": [[{Noon - 60}, -1, 1e300, \"x\"], [{Noon - 60}, 1, 1, 1], [5, 1, 1, 1], [{Noon}, 1.5, null, 40], [{Noon + 900}, 1, 1, 1]]}}", OneWorkspace.Now);
        Assert.Equal([new(Noon - 60, null, null, null), new(Noon, 1.5, null, 40)], usage!.Samples);
        Assert.Null(WorkspaceUsage.Read($"{{\"gpu\": true, \"samples\": [{string.Join(',', Enumerable.Repeat("[1,1,1,1]", 1_501))}]}}", OneWorkspace.Now));
    }

    [Fact]
    public void Processor_memory_and_GPUs_are_each_a_picture_and_a_sentence()
    {
        var picture = UsagePicture.Of(OneWorkspace.Of(), new(true, [new(Noon - 60, null, 1L << 30, 10), new(Noon, 2.126, 3L << 30, 87.5)]), Language.French);
        Assert.Equal(["Processeur (cœurs)", "Mémoire (Gio)", "GPU occupés (%)"], picture.Charts.Select(chart => chart.Title));
        Assert.Equal([null, 2.13], picture.Charts[0].Values);
        Assert.Equal([8, 64, null], picture.Charts.Select(chart => chart.Asked));
        Assert.Equal(
            ["Processeur\u00a0: 2,13 cœurs, sur 8 demandés.", "Mémoire\u00a0: 3\u00a0Gio, sur 64 demandés.", "GPU occupés à 87,5\u00a0%, en moyenne sur tous."], picture.Sentences);
    }

    [Fact]
    public void What_is_not_measured_is_said_and_not_drawn()
    {
        var withoutProgram = UsagePicture.Of(OneWorkspace.Of(), new(false, [new(Noon, 1, 1, null)]), Language.French);
        Assert.Contains("Les GPU ne sont pas mesurés\u00a0: l’image n’a pas nvidia-smi.", withoutProgram.Sentences);
        Assert.Equal(2, withoutProgram.Charts.Count);
        Assert.Contains("GPUs are not measured: nvidia-smi says nothing (of a MIG slice, for one).", UsagePicture.Of(OneWorkspace.Of(), new(true, [new(Noon, 1, 1, null)]), Language.English).Sentences);
        Assert.Equal(2, UsagePicture.Of(OneWorkspace.Of(change: spec => spec with { Resources = spec.Resources.Where(pair => pair.Key != "nvidia.com/gpu").ToDictionary() }), new(false, [new(Noon, 1, 1, null)]), Language.French).Sentences.Count);
        Assert.Equal(["Rien n’est mesuré\u00a0: l’espace ne tourne pas, ou ne répond pas encore."], UsagePicture.Of(OneWorkspace.Of(), null, Language.French).Sentences);
    }
}
