using System.Text.Json.Nodes;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>
/// A research workspace whose volume is really full while it runs: a small file system of its own lies where the local cluster keeps that volume. It is told,
/// works on, loses nothing, even starts anew, and all is as before once there is room.
/// </summary>
[Collection("a full volume")]
public sealed class FullVolumeTests(LocalClassroom classroom)
{
    private const string Notice = "A-LIRE-dossier-presque-plein.md";
    private const string Text = "écrit avant que le volume soit plein\n";

    private readonly OwnWorkspace workspace = new("essai-volume", "these-pleine");

    [Fact]
    public async Task A_full_volume_is_told_and_no_work_is_lost()
    {
        string? folder = null;
        try
        {
            await LocalClassroom.ApplyAsync(workspace.Manifest("suspend: true"));
            // Not started yet: only its home is prepared.
            await workspace.UntilAsync(found => found.Status!.Stage == WorkspaceStage.Suspended && found.Status.Materials?.Job is not null);
            folder = await MountSmallVolumeAsync();
            await LocalClassroom.MesonetAsync("workspace", "start", "these-pleine");
            await workspace.UntilAsync(found => found.Status!.Stage == WorkspaceStage.Running);
            var room = await workspace.UntilAsync(found => ConditionOf(found)?.Reason == "HasRoom");
            Assert.Equal("True", ConditionOf(room)!.Status);

            var notebook = await workspace.NotebookAsync(classroom.Http);
            Assert.Equal("42", (await notebook.RunAsync("print(6*7)")).Trim());
            await notebook.WriteFileAsync("travail.txt", Text);
            await BeToldAsync(notebook);
            await WorkOnAsync(notebook);
            await StartAnewAsync();
            await MakeRoomAsync();
        }
        finally
        {
            await LocalClassroom.KubectlAsync("delete", "rw", "-n", workspace.Namespace, "these-pleine", "--timeout=120s");
            await LocalClassroom.KubectlAsync("wait", "pod", "--all", "--for=delete", "-n", workspace.Namespace, "--timeout=120s");
            // Whatever still uses it: the volume's folder goes with the namespace, and it must be a plain folder then.
            if (folder is not null) await LocalClassroom.InNodeAsync("umount", "--lazy", folder);
            await LocalClassroom.KubectlAsync("delete", "namespace", workspace.Namespace, "--timeout=120s");
        }
    }

    /// <summary>
    /// The local cluster's volumes are folders, and its kubelet and containerd see what is mounted there. What the home's preparation put into it moves along.
    /// </summary>
    private async Task<string> MountSmallVolumeAsync()
    {
        var claim = JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pvc", "-n", workspace.Namespace, "these-pleine-homes", "-o", "json")).Output)!;
        var volume = JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pv", claim["spec"]!["volumeName"]!.GetValue<string>(), "-o", "json")).Output)!;
        var folder = volume["spec"]!["hostPath"]!["path"]!.GetValue<string>();
        const string script = """
            set -e
            prepared=$(mktemp -d)
            cp -a "$0/." "$prepared"
            mount -t tmpfs -o size=64m,mode=0777 mesonet-full-volume "$0"
            cp -a "$prepared/." "$0"
            rm -r "$prepared"
            """;
        var mounted = await LocalClassroom.InNodeAsync("sh", "-c", script, folder);
        if (mounted.ExitCode != 0) await LocalClassroom.InNodeAsync("umount", "--lazy", folder);
        Assert.True(mounted.ExitCode == 0, $"No file system could be mounted at {folder}: {mounted.Errors}");
        return folder;
    }

    private static async Task BeToldAsync(StudentNotebook notebook)
    {
        // First all but some megabytes, for which JupyterLab says at once, and in a file, that it is full; then the last byte.
        var (filled, shown) = await notebook.TypeAsync("head -c 52M /dev/zero > ~/remplissage");
        Assert.True(filled == 0, shown);
        await LocalClassroom.EventuallyAsync(
            async () => (await notebook.GetAsync("mesonet/notice"))["volume"] is not null, async () => (await notebook.GetAsync("mesonet/notice")).ToJsonString());
        var notice = (await notebook.GetAsync("mesonet/notice"))["volume"]!;
        Assert.True(notice["full"]!.GetValue<bool>());
        Assert.Matches("^[0-9]+(,[0-9])?\u00a0Mo sur 64\u00a0Mo$", notice["french"]!.GetValue<string>());
        await LocalClassroom.EventuallyAsync(async () => (await ListAsync(notebook)).Contains(Notice), async () => string.Join(' ', await ListAsync(notebook)));
        Assert.StartsWith("# Le volume de votre espace de recherche est plein\n", await notebook.ReadFileAsync(Notice), StringComparison.Ordinal);

        var (refused, said) = await notebook.TypeAsync("LC_ALL=C cat /dev/zero > ~/remplissage2");
        Assert.True(refused != 0 && said.Contains("No space left on device", StringComparison.Ordinal), said);
    }

    private async Task BeToldByTheOperatorAsync()
    {
        var full = await workspace.UntilAsync(found => ConditionOf(found)?.Reason == "VolumeFull");
        Assert.Matches(@"^Its volume is full: [0-9.]+ [KM]iB of 64 MiB are left\. What runs goes on, and saves nothing any more\. Remove files in JupyterLab's terminal", ConditionOf(full)!.Message);
        Assert.Equal((WorkspaceStage.Running, "True"), (full.Status!.Stage, OwnWorkspace.Condition(full, "Ready").Status));
        Assert.Contains("Its volume is full: ", await LocalClassroom.MesonetAsync("workspace", "status", "these-pleine"), StringComparison.Ordinal);
        await LocalClassroom.EventuallyAsync(async () => (await EventsAsync()).Contains("Warning VolumeFull\n", StringComparison.Ordinal), EventsAsync);
    }

    private async Task<string> EventsAsync() =>
        (await LocalClassroom.KubectlAsync("get", "events", "-n", workspace.Namespace, "-o", "jsonpath={range .items[*]}{.type} {.reason}{\"\\n\"}{end}")).Output;

    /// <summary>JupyterLab answers, a kernel that is started now computes, and what was saved before is whole, though saving it anew fails.</summary>
    private static async Task WorkOnAsync(StudentNotebook notebook)
    {
        Assert.True(await notebook.AnswersAsync());
        Assert.Equal("42", (await notebook.RunAsync("print(6*7)")).Trim());
        await Assert.ThrowsAnyAsync<Exception>(() => notebook.WriteFileAsync("travail.txt", new string('x', 100_000)));
        Assert.Equal(Text, await notebook.ReadFileAsync("travail.txt"));
    }

    // As after a lesson: nobody could make room in a JupyterLab that does not start. And the operator asks a new pod at once, where one that had room waits five minutes.
    private async Task StartAnewAsync()
    {
        var before = (await workspace.PodAsync())!["metadata"]!["uid"]!.GetValue<string>();
        await LocalClassroom.KubectlAsync("delete", "pod", "-n", workspace.Namespace, "-l", "app.kubernetes.io/component=workspace", "--timeout=120s");
        await LocalClassroom.EventuallyAsync(
            async () => await workspace.PodAsync() is { } pod && pod["metadata"]!["uid"]!.GetValue<string>() != before, async () => (await workspace.PodAsync())?.ToJsonString() ?? "no pod");
        await workspace.UntilAsync(found => found.Status!.Stage == WorkspaceStage.Running && OwnWorkspace.Condition(found, "Ready").Status == "True");
        await BeToldByTheOperatorAsync();
        await WorkOnAsync(await workspace.NotebookAsync(classroom.Http));
    }

    private async Task MakeRoomAsync()
    {
        var notebook = await workspace.NotebookAsync(classroom.Http);
        var (removed, shown) = await notebook.TypeAsync("rm ~/remplissage ~/remplissage2");
        Assert.True(removed == 0, shown);
        await LocalClassroom.EventuallyAsync(
            async () => (await notebook.GetAsync("mesonet/notice"))["volume"] is null && !(await ListAsync(notebook)).Contains(Notice),
            async () => $"{(await notebook.GetAsync("mesonet/notice")).ToJsonString()} {string.Join(' ', await ListAsync(notebook))}");
        // While little is left it is asked each minute.
        var room = await workspace.UntilAsync(found => ConditionOf(found)?.Reason == "HasRoom");
        Assert.Equal(("True", null), (ConditionOf(room)!.Status, room.Status!.Volume));
        await notebook.WriteFileAsync("travail.txt", Text + Text);
        Assert.Equal(Text + Text, await notebook.ReadFileAsync("travail.txt"));
    }

    private static Kubernetes.Objects.Condition? ConditionOf(ResearchWorkspace found) => found.Status!.Conditions!.FirstOrDefault(condition => condition.Type == "VolumeHasRoom");

    private static async Task<IReadOnlyList<string>> ListAsync(StudentNotebook notebook) =>
        [.. (await notebook.GetAsync("api/contents/?type=directory"))["content"]!.AsArray().Select(file => file!["name"]!.GetValue<string>())];
}
