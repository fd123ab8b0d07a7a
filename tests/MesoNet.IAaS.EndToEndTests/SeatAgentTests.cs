using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Operator.Courses;
using MesoNet.IAaS.Planning.Seats;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>What a seat tells its student before it stops, and the operator when that asks whether somebody works in it.</summary>
[Collection("one classroom")]
public sealed class SeatAgentTests(LocalClassroom classroom)
{
    private const string Student = "student02";
    private const string Namespace = "course-intro-pytorch";
    private const string NoticeFile = "A-LIRE-fin-de-seance.md";

    [Fact]
    public async Task Before_its_end_a_seat_warns_and_takes_it_back_when_the_lesson_is_lengthened()
    {
        var notebook = await classroom.UntilAnswersAsync(Student);
        Assert.False((await notebook.GetAsync("mesonet/notice"))["warn"]!.GetValue<bool>());

        // A lesson that began an hour ago and ends in some four minutes, and is lengthened then; without lessons the course is always on again.
        var paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        var now = DateTimeOffset.UtcNow;
        var end = now.AddMinutes(5).AddSeconds(-now.Second);
        try
        {
            await LessonAsync(now.AddHours(-1), end);
            await LocalClassroom.EventuallyAsync(async () => (await HomeAsync()).Contains(NoticeFile, StringComparison.Ordinal), HomeAsync);
            var notice = await notebook.GetAsync("mesonet/notice");
            Assert.True(notice["warn"]!.GetValue<bool>());
            Assert.InRange(notice["secondsLeft"]!.GetValue<int>(), 60, 300);
            Assert.Contains($"{At(end):HH}\u00a0h\u00a0{At(end):mm}", await notebook.ReadFileAsync(NoticeFile), StringComparison.Ordinal);

            await LessonAsync(now.AddHours(-1), end.AddHours(2));
            await LocalClassroom.EventuallyAsync(async () => !(await HomeAsync()).Contains(NoticeFile, StringComparison.Ordinal), HomeAsync);
            Assert.False((await notebook.GetAsync("mesonet/notice"))["warn"]!.GetValue<bool>());
        }
        finally
        {
            await PatchAsync("""{"spec":{"lessons":[]}}""");
        }

        await LocalClassroom.EventuallyAsync(
            async () => (await notebook.GetAsync("mesonet/notice"))["endsAt"] is null, async () => (await notebook.GetAsync("mesonet/notice")).ToJsonString());

        Task LessonAsync(DateTimeOffset start, DateTimeOffset end) =>
            PatchAsync($$$"""{"spec":{"lessons":[{"name":"tp1","start":"{{{At(start):yyyy-MM-ddTHH:mm}}}","end":"{{{At(end):yyyy-MM-ddTHH:mm}}}"}]}}""");

        DateTimeOffset At(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, paris);
    }

    [Fact]
    public async Task What_is_no_moment_is_no_end()
    {
        await classroom.UntilAnswersAsync(Student);
        const string script = "import sys; sys.path.insert(0, '/opt/mesonet/python'); from mesonet_seat import ending; print([ending.parse_end(text) for text in sys.argv[1:]])";
        var parsed = await LocalClassroom.InPodAsync(Student, $"python3 -I -c \"{script}\" '' 'bientôt' '2026-11-23T17:00:00' '2026-02-30T10:00:00+01:00' '0001-01-01T00:00:00+10:00'");
        Assert.Equal("[None, None, None, None, None]", parsed.Output.Trim());
    }

    [Fact]
    public async Task A_seat_says_whether_work_goes_on_in_it()
    {
        var pod = await LocalClassroom.PodAsync(Student);
        await LocalClassroom.KubectlAsync("delete", "pod", "-n", Namespace, pod, "--grace-period=1", "--wait=true");
        await LocalClassroom.EventuallyAsync(
            async () => (await LocalClassroom.KubectlAsync("wait", "-n", Namespace, "pod", pod, "--for=condition=Ready", "--timeout=5s")).ExitCode == 0,
            async () => await LocalClassroom.MesonetAsync("status"));
        var fresh = await AskAsync();
        Assert.Equal((false, false), (fresh.IsBusy, fresh.IsOpened));

        var notebook = await classroom.UntilAnswersAsync(Student);
        Assert.True((await AskAsync()).IsOpened);

        // A kernel at work that needs next to no processor, until it was seen.
        var run = notebook.RunAsync("import os, time\nwhile not os.path.exists(seen := os.path.expanduser('~/seen')): time.sleep(0.1)\nos.remove(seen)\nprint('done')");
        SeatActivity? asked = null;
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                // It runs until the file is there: where it has ended, it has failed, and says why here.
                if (run.IsCompleted) Assert.Fail(await run);
                return (asked = await AskAsync()) is { IsBusy: true, Why: "kernels at work: 1" };
            },
            () => Task.FromResult(asked?.ToString() ?? ""));
        // The portal asks the server alone, and reads the same.
        var glance = await GlanceAsync(notebook);
        Assert.Equal((true, true), (glance.IsBusy, glance.IsOpened));
        // In whole seconds, as the seat tells it.
        var atWork = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await LocalClassroom.InPodAsync(Student, "touch ~/seen");
        Assert.Equal("done", (await run).Trim());
        await LocalClassroom.EventuallyAsync(async () => !(asked = await AskAsync()).IsBusy, () => Task.FromResult(asked?.Why ?? ""));
        Assert.InRange(asked!.LastWorkAt!.Value.ToDateTimeOffset(), atWork, DateTimeOffset.UtcNow);
        await LocalClassroom.EventuallyAsync(async () => !(await GlanceAsync(notebook)).IsBusy, async () => (await notebook.GetAsync("mesonet/activity")).ToJsonString());
        Assert.InRange((await GlanceAsync(notebook)).LastWorkAt!.Value.ToDateTimeOffset(), atWork, DateTimeOffset.UtcNow);

        // A program that was started from a terminal, and then a file that says so itself.
        await LocalClassroom.InPodAsync(Student, "nohup sh -c 'while [ ! -e ~/enough ]; do :; done' >/dev/null 2>&1 &");
        await LocalClassroom.EventuallyAsync(async () => (asked = await AskAsync()).Why?.StartsWith("processes use", StringComparison.Ordinal) == true, () => Task.FromResult(asked?.Why ?? ""));
        await LocalClassroom.EventuallyAsync(async () => (await GlanceAsync(notebook)).IsBusy, async () => (await notebook.GetAsync("mesonet/activity")).ToJsonString());
        await LocalClassroom.InPodAsync(Student, "touch ~/enough");
        await LocalClassroom.EventuallyAsync(async () => !(asked = await AskAsync()).IsBusy, () => Task.FromResult(asked?.Why ?? ""));
        await LocalClassroom.InPodAsync(Student, "rm ~/enough");
        await LocalClassroom.InPodAsync(Student, "touch ~/mesonet-busy");
        Assert.Contains("mesonet-busy", (await AskAsync()).Why, StringComparison.Ordinal);
        await LocalClassroom.InPodAsync(Student, "rm ~/mesonet-busy");
    }

    [Fact]
    public async Task Asking_is_no_work_and_an_old_file_is_as_old_as_it_is()
    {
        var notebook = await classroom.UntilAnswersAsync(Student);
        var before = await AskAsync();
        Assert.Equal(before.LastWorkAt, (await AskAsync()).LastWorkAt);
        var glance = await GlanceAsync(notebook);
        Assert.Equal(glance.LastWorkAt, (await GlanceAsync(notebook)).LastWorkAt);
        // Who writes, saves; JupyterLab does so by itself.
        var writing = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await notebook.WriteFileAsync("note.md", "une idée");
        Assert.True((await GlanceAsync(notebook)).LastWorkAt?.ToDateTimeOffset() >= writing);
        await LocalClassroom.InPodAsync(Student, "rm ~/note.md");
    }

    [Fact]
    public async Task A_command_in_a_pod_tells_its_end_its_output_and_why_it_could_not_be_run()
    {
        await classroom.UntilAnswersAsync(Student);
        using var client = await OperatorAsync();
        var pod = new ObjectKey(Namespace, await LocalClassroom.PodAsync(Student));
        var patience = TimeSpan.FromSeconds(20);
        var result = await client.ExecAsync(pod, SeatPod.ContainerName, ["sh", "-c", "echo 'à l’heure'; echo bad >&2; exit 3"], patience, CancellationToken.None);
        Assert.Equal((3, "bad"), (result.ExitCode, result.Errors.Trim()));
        Assert.StartsWith("à l’heure\n", result.Output, StringComparison.Ordinal);
        var cut = await client.ExecAsync(pod, SeatPod.ContainerName, ["sh", "-c", "yes | head -c 1000000"], patience, CancellationToken.None);
        Assert.Equal((0, 64 * 1024), (cut.ExitCode, cut.Output.Length));

        await Assert.ThrowsAsync<TimeoutException>(() => client.ExecAsync(pod, SeatPod.ContainerName, ["sleep", "20"], TimeSpan.FromSeconds(2), CancellationToken.None));
        var nothing = await Assert.ThrowsAsync<KubernetesApiException>(() => client.ExecAsync(pod, SeatPod.ContainerName, ["no-such-command"], patience, CancellationToken.None));
        Assert.Contains("no-such-command", nothing.Message, StringComparison.Ordinal);
        var nobody = await Assert.ThrowsAsync<KubernetesApiException>(() => client.ExecAsync(pod with { Name = "nobody" }, SeatPod.ContainerName, ["true"], patience, CancellationToken.None));
        Assert.True(nobody.IsNotFound, nobody.Message);
    }

    [Fact]
    public async Task JupyterLab_is_given_the_extension_that_shows_the_notice_and_saves_often()
    {
        var notebook = await classroom.UntilAnswersAsync(Student);
        Assert.Contains("\"name\": \"@mesonet/seat\"", await notebook.GetTextAsync(notebook.Lab.PathAndQuery), StringComparison.Ordinal);
        Assert.Contains("_JUPYTERLAB['@mesonet/seat']", await notebook.GetTextAsync("lab/extensions/@mesonet/seat/static/remoteEntry.js"), StringComparison.Ordinal);
        var autosave = (await notebook.GetAsync("lab/api/settings/@jupyterlab/docmanager-extension:plugin"))["schema"]!["properties"]!["autosaveInterval"]!;
        Assert.Equal(20, autosave["default"]!.GetValue<int>());
        // The image's own settings are still there.
        var news = (await notebook.GetAsync("lab/api/settings/@jupyterlab/apputils-extension:notification"))["schema"]!["properties"]!["fetchNews"]!;
        Assert.Equal("false", news["default"]!.GetValue<string>());
    }

    private static async Task PatchAsync(string patch)
    {
        var patched = await LocalClassroom.KubectlAsync("patch", "ce", "-n", Namespace, "intro-pytorch", "--type=merge", "-p", patch);
        Assert.True(patched.ExitCode == 0, patched.Errors);
    }

    private static async Task<string> HomeAsync() => (await LocalClassroom.InPodAsync(Student, "ls ~")).Output;

    private static async Task<SeatActivity> AskAsync()
    {
        using var client = await OperatorAsync();
        SeatActivity? activity = null;
        // A seat that does not answer in time is asked again, by the operator too.
        await LocalClassroom.EventuallyAsync(
            async () => (activity = await new SeatAsker(client, TimeProvider.System, NullLogger.Instance).AskAsync(new(Namespace, await LocalClassroom.PodAsync(Student)), CancellationToken.None)) is not null,
            () => Task.FromResult("the seat does not answer"));
        return activity!;
    }

    private static async Task<SeatActivity> GlanceAsync(StudentNotebook notebook)
    {
        var answer = (await notebook.GetAsync("mesonet/activity")).ToJsonString();
        Assert.True(SeatActivity.TryParse(answer, NodaTime.SystemClock.Instance.GetCurrentInstant(), out var activity), answer);
        return activity!;
    }

    // As the operator: what its role allows is part of what is tried.
    private static async Task<KubernetesClient> OperatorAsync()
    {
        var admin = (await LocalClassroom.StatusAsync())["kubeconfig"]!.GetValue<string>();
        return await LocalSite.ConnectAsync(Path.Combine(Path.GetDirectoryName(admin)!, "mesonet-operator.kubeconfig"), CancellationToken.None);
    }
}
