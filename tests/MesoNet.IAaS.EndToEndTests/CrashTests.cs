using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>The operator, or everything, stops while students work.</summary>
[Collection(CrashCollection.Name)]
public sealed class CrashTests(LocalClassroom classroom)
{
    private const string Operator = "mesonet-operator";

    [Fact]
    public async Task The_operator_killed_in_the_middle_is_noticed_and_its_successor_goes_on()
    {
        await classroom.UntilAnswersAsync("student01");
        var killed = await LocalClassroom.KillAsync(Operator);
        // While nobody looks after the course, one of its pods goes.
        await LocalClassroom.KubectlAsync("delete", "pod", "-n", "course-intro-pytorch", await LocalClassroom.PodAsync("student01"), "--grace-period=1");
        await LocalClassroom.EventuallyAsync(() => Task.FromResult(LocalClassroom.ProcessOf(Operator) is { } id && id != killed), async () => await LocalClassroom.MesonetAsync("status"));
        var status = await LocalClassroom.MesonetAsync("status");
        Assert.Contains("exit code 137", status, StringComparison.Ordinal);
        await classroom.UntilAnswersAsync("student01");
    }

    [Fact]
    public async Task Down_and_up_again_keep_everybodys_work()
    {
        var workspace = new OwnWorkspace("essai-panne", "corpus");
        try
        {
            await LocalClassroom.ApplyAsync(workspace.Manifest());
            var notebook = await classroom.UntilAnswersAsync("student03");
            await notebook.WriteFileAsync("intro-pytorch/avant.txt", "gardé");
            var before = OwnWorkspace.Condition(await workspace.UntilAsync(found => found.Status!.Stage == WorkspaceStage.Running), "Ready").LastTransitionTime;
            await (await workspace.NotebookAsync(classroom.Http)).WriteFileAsync("avant.txt", "gardé aussi");
            await LocalClassroom.MesonetAsync("down");
            Assert.Empty(await OurTracesAsync());
            Assert.Contains("stopped", (await LocalClassroom.StatusAsync())["cluster"]!.GetValue<string>(), StringComparison.Ordinal);
            await LocalClassroom.MesonetAsync("up");
            notebook = await classroom.UntilAnswersAsync("student03");
            Assert.Equal("gardé", await notebook.ReadFileAsync("intro-pytorch/avant.txt"));
            // Its node was away, and it is ready anew.
            var back = await workspace.UntilAsync(found => found.Status!.Stage == WorkspaceStage.Running && OwnWorkspace.Condition(found, "Ready").LastTransitionTime > before);
            Assert.Equal("True", OwnWorkspace.Condition(back, "Ready").Status);
            Assert.Equal("gardé aussi", await (await workspace.NotebookAsync(classroom.Http)).ReadFileAsync("avant.txt"));
        }
        finally
        {
            await LocalClassroom.KubectlAsync("delete", "namespace", workspace.Namespace, "--wait=false");
        }
    }

    /// <summary>Processes and mounts that mention this cluster's folders.</summary>
    private static async Task<IReadOnlyList<string>> OurTracesAsync()
    {
        var processes = (await Command.RunAsync("ps", ["-eo", "args"], CancellationToken.None)).Split('\n')
            .Where(line => line.Contains($"/mesonet/{LocalClassroom.Name}/", StringComparison.Ordinal) && !line.StartsWith("bash", StringComparison.Ordinal));
        return [.. processes, .. (await File.ReadAllLinesAsync("/proc/self/mounts")).Where(line => line.Contains($"/mesonet/{LocalClassroom.Name}/", StringComparison.Ordinal))];
    }
}
