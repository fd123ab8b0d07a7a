using System.Globalization;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>
/// A thesis on all four cards (counted, not there) and a lesson that needs one of them: the researcher's training is told, saves, makes room, and goes on
/// by itself, though the operator is killed at each step of that. So it does when its pod is deleted without a warning. No other test takes these cards.
/// </summary>
[Collection("research")]
public sealed class ResearchWorkspaceTests(LocalClassroom classroom)
{
    private const string Project = "essai-climat";
    private const string Operator = "mesonet-operator";

    // What is to come is at most as far as the bell: a bit over seven minutes from the moment the course is made.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly OwnWorkspace thesis = new(Project, "these");
    private readonly OwnWorkspace firm = new(Project, "these-ferme");
    private readonly OwnCourse course = new("vision-gpu");

    [Fact]
    public async Task A_training_makes_room_for_a_lesson_and_goes_on_from_its_checkpoint_with_the_packages_it_needs()
    {
        try
        {
            await LocalClassroom.ApplyAsync($"{ProjectManifest}\n---\n{WorkspaceOf("these", yields: true)}");
            await thesis.UntilAsync(workspace => workspace.Status!.Stage == WorkspaceStage.Running);
            var notebook = await thesis.NotebookAsync(classroom.Http);
            await InstallAndTrainAsync(notebook);

            // Seats are started a minute before the bell, and the workspace leaves a minute before that, told three minutes before it leaves. What it is told is looked at in these three.
            var bell = NextFullMinute(DateTime.UtcNow.AddSeconds(370));
            await LocalClassroom.ApplyAsync(CourseOf(bell));
            await BeRefusedAsync();
            var checkpoint = await BeToldAsync(notebook);
            await LocalClassroom.KillAndAwaitAsync(Operator);
            await MakeRoomAsync();

            // The teacher ends it before its time.
            await LocalClassroom.KubectlAsync("patch", "ce", "-n", course.Namespace, "vision-gpu", "--type=merge", "-p", """{"spec":{"suspend":true}}""");
            await LocalClassroom.KillAndAwaitAsync(Operator);
            await BeBackAsync(checkpoint);
            await BeDeletedAsync(checkpoint);
        }
        finally
        {
            await LocalClassroom.KubectlAsync("delete", "namespace", course.Namespace, thesis.Namespace, "--timeout=120s");
            await LocalClassroom.KubectlAsync("delete", "ct", "vision-gpu");
        }
    }

    private static async Task InstallAndTrainAsync(StudentNotebook notebook)
    {
        await notebook.WriteFileAsync("paquet.py", PackageProgram);
        await notebook.WriteFileAsync("train.py", TrainingProgram);
        var (installed, shown) = await notebook.TypeAsync("python3 paquet.py && pip install --no-index ./petitclimat-1.0-py3-none-any.whl && pip list --local | grep petitclimat");
        Assert.True(installed == 0, shown);
        // A notebook finds it too.
        Assert.Equal("42", (await notebook.RunAsync("import petitclimat; print(petitclimat.answer)")).Trim());
        var (started, said) = await notebook.TypeAsync("(nohup python3 train.py > train.log 2>&1 &)");
        Assert.True(started == 0, said);
        await LocalClassroom.EventuallyAsync(
            async () => await TextOfAsync(notebook, "train.log") is { } log && log.Contains("epoch 3\n", StringComparison.Ordinal), async () => await TextOfAsync(notebook, "train.log") ?? "no log");
        Assert.StartsWith("from the beginning\nepoch 1\n", await notebook.ReadFileAsync("train.log"), StringComparison.Ordinal);
    }

    private async Task BeRefusedAsync()
    {
        await LocalClassroom.ApplyAsync(WorkspaceOf("these-ferme", yields: false));
        var refused = await firm.UntilAsync(workspace => workspace.Status!.Stage == WorkspaceStage.Refused);
        var admitted = OwnWorkspace.Condition(refused, "Admitted");
        Assert.Equal(("False", "CollidesWithLessons"), (admitted.Status, admitted.Reason));
        Assert.Contains("vision-gpu/tp1", admitted.Message, StringComparison.Ordinal);
        await LocalClassroom.KubectlAsync("delete", "rw", "-n", firm.Namespace, "these-ferme");
    }

    /// <summary>The warning, and what the training made of it; returns the checkpoint's epoch.</summary>
    private async Task<int> BeToldAsync(StudentNotebook notebook)
    {
        var next = await thesis.UntilAsync(workspace => workspace.Status!.Yielding is not null);
        Assert.Equal("vision-gpu/tp1", next.Status!.Yielding!.Lesson);
        await LocalClassroom.EventuallyAsync(
            async () => (await notebook.GetAsync("mesonet/notice"))["warn"]!.GetValue<bool>(), async () => (await notebook.GetAsync("mesonet/notice")).ToJsonString(), Patience);
        var notice = await notebook.GetAsync("mesonet/notice");
        Assert.Equal("lesson", notice["why"]!.GetValue<string>());
        await LocalClassroom.EventuallyAsync(
            async () => await TextOfAsync(notebook, "A-LIRE-fin-de-seance.md") is not null && await TextOfAsync(notebook, "checkpoint.json") is not null && await TextOfAsync(notebook, "yielded") == "told\n",
            async () => await TextOfAsync(notebook, "train.log") ?? "no log");
        Assert.Contains("Une séance de cours a besoin des ressources qu’il occupe.", await notebook.ReadFileAsync("A-LIRE-fin-de-seance.md"), StringComparison.Ordinal);
        var told = await thesis.UntilAsync(workspace => workspace.Status!.Stage == WorkspaceStage.Stopping);
        Assert.Contains("when it makes room for vision-gpu/tp1. It is back at", OwnWorkspace.Condition(told, "Ready").Message, StringComparison.Ordinal);
        var epoch = await EpochAsync(notebook);
        Assert.True(epoch >= 3, $"It was saved at epoch {epoch}.");
        return epoch;
    }

    private async Task MakeRoomAsync()
    {
        // It is gone before the first of the lesson's pods has a card: both are seen by one answer of the API server.
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                var (own, seats) = await BothAsync();
                if (own is not null) Assert.DoesNotContain(seats, seat => seat["spec"]!["nodeName"] is not null);
                return own is null && seats.Count > 0;
            },
            async () => await LocalClassroom.MesonetAsync("status"), Patience);
        // And it was asked to leave before that one was made, as the kubelet noted it.
        DateTimeOffset? asked = null;
        await LocalClassroom.EventuallyAsync(async () => (asked = await AskedToLeaveAsync()) is not null, async () => (await LocalClassroom.KubectlAsync("get", "events", "-n", thesis.Namespace)).Output);
        var made = TimeOf(Assert.Single(await course.PodsAsync())["metadata"]!, "creationTimestamp");
        Assert.True(asked < made, $"Its pod was asked to leave at {asked:O}, and the seat's was made at {made:O}.");
        var away = await thesis.UntilAsync(workspace => workspace.Status!.Stage == WorkspaceStage.Yielding);
        Assert.NotNull(away.Status!.LostSince);
        await LocalClassroom.KillAndAwaitAsync(Operator);
        await course.UntilAsync(found => found.Status?.Warming?.ReadyAt is not null, Patience);
        var seat = Assert.Single(await course.PodsAsync());
        Assert.Equal("1", seat["spec"]!["containers"]![0]!["resources"]!["limits"]!["nvidia.com/gpu"]!.GetValue<string>());
        Assert.Null(await thesis.PodAsync());
    }

    private async Task<DateTimeOffset?> AskedToLeaveAsync()
    {
        var killings = await LocalClassroom.KubectlAsync("get", "events", "-n", thesis.Namespace, "--field-selector", "reason=Killing", "-o", "json");
        return JsonNode.Parse(killings.Output)!["items"]!.AsArray().Select(killing => (DateTimeOffset?)TimeOf(killing!, "firstTimestamp")).Min();
    }

    private static DateTimeOffset TimeOf(JsonNode metadata, string field) => DateTimeOffset.Parse(metadata[field]!.GetValue<string>(), CultureInfo.InvariantCulture);

    private async Task<(JsonNode? Own, IReadOnlyList<JsonNode> Seats)> BothAsync()
    {
        var got = await LocalClassroom.KubectlAsync("get", "pods", "-A", "-l", "app.kubernetes.io/component in (workspace, seat)", "-o", "json");
        var pods = JsonNode.Parse(got.Output)!["items"]!.AsArray().OfType<JsonNode>().ToLookup(pod => pod["metadata"]!["namespace"]!.GetValue<string>());
        return (pods[thesis.Namespace].SingleOrDefault(), [.. pods[course.Namespace]]);
    }

    private async Task BeBackAsync(int checkpoint)
    {
        var back = await thesis.UntilAsync(workspace => workspace.Status!.Stage == WorkspaceStage.Running);
        Assert.True(back.Status!.LostSeconds > 0, $"It lost {back.Status.LostSeconds} s.");
        Assert.Null(back.Status.LostSince);
        var notebook = await thesis.NotebookAsync(classroom.Http);
        var (found, shown) = await notebook.TypeAsync("python3 -c 'import petitclimat; print(petitclimat.answer)' && cat ~/.mesonet/on-start.log");
        Assert.True(found == 0, shown);
        await LocalClassroom.EventuallyAsync(
            async () => (await LogOfTheStartAsync()).Contains($"from epoch {checkpoint}\nepoch {checkpoint + 1}\nepoch {checkpoint + 2}\n", StringComparison.Ordinal), LogOfTheStartAsync);
        Assert.Null(await TextOfAsync(notebook, "A-LIRE-fin-de-seance.md"));
    }

    /// <summary>As by kube-scheduler or a drain, without a warning: the training saves all the same, and a cell that computes is interrupted.</summary>
    private async Task BeDeletedAsync(int checkpoint)
    {
        var notebook = await thesis.NotebookAsync(classroom.Http);
        // It is cut off in the end, with the pod.
        var cell = Record.ExceptionAsync(() => notebook.RunAsync(CellProgram));
        await LocalClassroom.EventuallyAsync(async () => await TextOfAsync(notebook, "cell.txt") == "computes", () => Task.FromResult("the cell does not run"));
        var pod = (await thesis.PodAsync())!["metadata"]!;
        await LocalClassroom.KubectlAsync("delete", "pod", "-n", thesis.Namespace, pod["name"]!.GetValue<string>(), "--wait=false");
        JsonNode? notice = null;
        var saved = 0;
        // All that it says while it is on its way out, in one go: it answers for some seconds only.
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                saved = await EpochAsync(notebook);
                var isTold = saved > checkpoint && await TextOfAsync(notebook, "yielded") == "told\ntold\n" && await TextOfAsync(notebook, "A-LIRE-fin-de-seance.md") is not null;
                // Last: what it said before it was told is of no interest.
                notice = await notebook.GetAsync("mesonet/notice");
                return isTold;
            },
            () => Task.FromResult($"{notice?.ToJsonString()}, saved at epoch {saved}"));
        Assert.Equal(("stop", true), (notice!["why"]!.GetValue<string>(), notice["warn"]!.GetValue<bool>()));
        await LocalClassroom.EventuallyAsync(
            async () => await thesis.PodAsync() is { } next && next["metadata"]!["uid"]!.GetValue<string>() != pod["uid"]!.GetValue<string>(),
            () => Task.FromResult("no other pod"));
        await cell;
        await thesis.UntilAsync(workspace => workspace.Status!.Stage == WorkspaceStage.Running);
        notebook = await thesis.NotebookAsync(classroom.Http);
        Assert.Equal("interrupted", await notebook.ReadFileAsync("cell.txt"));
        await LocalClassroom.EventuallyAsync(
            async () => (await LogOfTheStartAsync()).Contains($"from epoch {saved}\nepoch {saved + 1}\n", StringComparison.Ordinal), LogOfTheStartAsync);
    }

    private static async Task<int> EpochAsync(StudentNotebook notebook) => JsonNode.Parse(await notebook.ReadFileAsync("checkpoint.json"))!["epoch"]!.GetValue<int>();

    // JupyterLab's own files API does not show what is hidden.
    private async Task<string> LogOfTheStartAsync()
    {
        if ((await thesis.PodAsync())?["metadata"]!["name"]!.GetValue<string>() is not { } pod) return "";
        var log = await LocalClassroom.KubectlAsync("exec", "-n", thesis.Namespace, pod, "--", "cat", ".mesonet/on-start.log");
        return log.Output + log.Errors;
    }

    private static async Task<string?> TextOfAsync(StudentNotebook notebook, string path)
    {
        var names = (await notebook.GetAsync("api/contents/?type=directory"))["content"]!.AsArray().Select(file => file!["name"]!.GetValue<string>());
        return names.Contains(path) ? await notebook.ReadFileAsync(path) : null;
    }

    private static DateTime NextFullMinute(DateTime time) => new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc).AddMinutes(1);

    private const string ProjectManifest = $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: project-{{Project}} }
        ---
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: grant, namespace: project-{{Project}} }
        spec: {hard: {requests.cpu: "2", requests.memory: 4Gi, requests.nvidia.com/gpu: "4", requests.storage: 10Gi} }
        """;

    private static string WorkspaceOf(string name, bool yields) => $$"""
        apiVersion: mesonet.fr/v1alpha1
        kind: ResearchWorkspace
        metadata: {name: {{name}}, namespace: project-{{Project}} }
        spec:
          owner: adele
          platform: pytorch
          resources: {cpu: 100m, memory: 1Gi, nvidia.com/gpu: "4"}
          storage: {size: 1Gi}
          timeZone: Etc/UTC
          until: "{{DateTime.UtcNow.AddYears(1):yyyy-MM-dd}}"
          checkpointMinutes: 3
          yieldsToLessons: {{(yields ? "true" : "false")}}
          onYield: {signal: train.py, command: [sh, -c, "echo told >> yielded"]}
          onStart: {command: [sh, -c, "[ ! -e train.py ] || exec python3 train.py"]}
        """;

    private static string CourseOf(DateTime bell) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: course-vision-gpu}
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: CourseTemplate
        metadata: {name: vision-gpu}
        spec:
          title: Une séance sur GPU
          platform: pytorch
          timing: {defaultLeadSeconds: 60, maxLeadSeconds: 60}
          resources:
            lesson: {cpu: 100m, memory: 600Mi, devices: {nvidia.com/gpu: 1} }
            handIn: {cpu: 50m, memory: 600Mi}
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata: {name: vision-gpu, namespace: course-vision-gpu}
        spec:
          template: {name: vision-gpu}
          timeZone: Etc/UTC
          storage: {size: 1Gi}
          students: [{login: student01}]
          lessons:
          - {name: tp1, start: "{{bell:yyyy-MM-ddTHH:mm}}", end: "{{bell.AddHours(2):yyyy-MM-ddTHH:mm}}"}
        """;

    // A wheel is a zip: nothing of a network, and nothing that builds, is needed.
    private const string PackageProgram = """
        import zipfile

        info = "petitclimat-1.0.dist-info/"
        with zipfile.ZipFile("petitclimat-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("petitclimat.py", "answer = 42\n")
            wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: petitclimat\nVersion: 1.0\n")
            wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(info + "RECORD", f"petitclimat.py,,\n{info}METADATA,,\n{info}WHEEL,,\n{info}RECORD,,\n")
        """;

    private const string CellProgram = """
        import os, time

        path = os.path.expanduser("~/cell.txt")


        def write(text):
            with open(path, "w") as file:
                file.write(text)


        write("computes")
        try:
            while True:
                time.sleep(0.1)
        except KeyboardInterrupt:
            time.sleep(3)
            write("interrupted")
        """;

    // It is saved when it is asked to, and not otherwise: that it goes on where it was is by that.
    private const string TrainingProgram = """
        import json
        import os
        import signal
        import time

        import petitclimat
        import torch

        asked = False


        def save_soon(*_):
            global asked
            asked = True


        signal.signal(signal.SIGUSR1, save_soon)
        weight = torch.zeros(1, requires_grad=True)
        optimiser = torch.optim.SGD([weight], lr=0.01)
        epoch = 0
        if os.path.exists("checkpoint.json"):
            with open("checkpoint.json") as file:
                saved = json.load(file)
            epoch = saved["epoch"]
            with torch.no_grad():
                weight.fill_(saved["weight"])
            print(f"from epoch {epoch}", flush=True)
        else:
            print("from the beginning", flush=True)
        while True:
            epoch += 1
            optimiser.zero_grad()
            ((weight - petitclimat.answer) ** 2).sum().backward()
            optimiser.step()
            print(f"epoch {epoch}", flush=True)
            if asked:
                asked = False
                with open("checkpoint.new", "w") as file:
                    json.dump({"epoch": epoch, "weight": weight.item()}, file)
                os.replace("checkpoint.new", "checkpoint.json")
            time.sleep(0.5)
        """;
}
