using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>
/// A lesson of two minutes on a real node, as its students live it: research on all four cards of a make of their own (counted, not there), a course that takes them for the
/// lesson, another that wanted them too.
/// </summary>
[Collection("a lesson")]
public sealed class LessonTests(LocalClassroom classroom)
{
    private const string Namespace = "course-tp-gpu";
    private const string Course = "tp-gpu";

    // The room is taken this long before the bell. How long two notebooks take to start then is the machine's, which other tests share: a minute and a half when all are busy.
    private const int LeadSeconds = 150;

    // The bell is up to five minutes after the course was made, and the lesson's end two minutes after the bell.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(18);

    [Fact]
    public async Task A_lesson_takes_the_cards_before_the_bell_and_gives_them_back()
    {
        await LocalClassroom.ApplyAsync($"{Research}\n---\n{Template}");
        await UntilResearchRunsAsync(4);
        var bell = NextFullMinute(DateTime.UtcNow.AddSeconds(LeadSeconds + 75));
        var end = bell.AddMinutes(2);
        await LocalClassroom.ApplyAsync(CourseOf(Course, bell, end, "student01", "student02"));
        await UntilAsync(Course, course => course.Status?.Timetable is not null);

        // The second course hears of it when its teacher looks, when they apply, and in any case before its lesson.
        var rival = CourseOf("tp-rival", bell, end, "student07");
        Assert.Contains($"lacks 2 of 2 amd.com/gpu, which {Course} (tp1) holds then.", await PlanAsync(rival), StringComparison.Ordinal);
        await LocalClassroom.ApplyAsync(rival);
        var lacking = await UntilAsync("tp-rival", course => Of(course, "CapacityReserved") is { Status: "False" });
        Assert.Contains($"which {Course} (tp1) holds then", Of(lacking, "CapacityReserved")!.Message, StringComparison.Ordinal);
        Assert.True(Of(lacking, "CapacityReserved")!.LastTransitionTime < new DateTimeOffset(bell), "The second course was told only after the bell.");

        var warm = await UntilAsync(Course, course => course.Status?.Warming?.ReadyAt is not null);
        // When the seats are made is the operator's; how long they take to start then is the machine's.
        var pods = await SeatPodsAsync();
        Assert.Equal(2, pods.Count);
        Assert.All(pods, pod => Assert.InRange(pod["metadata"]!["creationTimestamp"]!.GetValue<DateTime>().ToUniversalTime(), bell.AddSeconds(-LeadSeconds - 5), bell));
        TestContext.Current.TestOutputHelper?.WriteLine($"Ready {(bell - warm.Status!.Warming!.ReadyAt!.Value.UtcDateTime).TotalSeconds:0} s before the bell.");
        Assert.Equal(0, await ResearchAsync());
        Assert.Contains($"{(warm.Status!.Warming!.ReadyAt <= new DateTimeOffset(bell) ? "before" : "after")} the bell of tp1", Of(warm, "Ready")!.Message, StringComparison.Ordinal);

        var notebook = await classroom.SeatAsync("student01", Course);
        await notebook.WriteFileAsync("intro-pytorch/compte-rendu.txt", "fait en séance");
        await UntilAsync(Course, course => course.Status?.Stage == Stage.Lesson);
        await LocalClassroom.EventuallyAsync(
            async () => (await notebook.GetAsync("mesonet/notice"))["warn"]!.GetValue<bool>(), async () => (await notebook.GetAsync("mesonet/notice")).ToJsonString());

        await UntilAsync(Course, course => course.Status?.Stage == Stage.HandIn);
        await LocalClassroom.EventuallyAsync(async () => (await SeatPodsAsync()).Count == 0, async () => await LocalClassroom.MesonetAsync("status"));
        // By the cluster's own word of when each was asked to end; how long they took then is the machine's.
        IReadOnlyList<DateTime> asked = [];
        await LocalClassroom.EventuallyAsync(async () => (asked = await AskedToEndAsync()).Count == 2, () => Task.FromResult(string.Join(' ', asked)));
        Assert.All(asked, at => Assert.InRange(at - end, TimeSpan.Zero, TimeSpan.FromMinutes(2)));
        TestContext.Current.TestOutputHelper?.WriteLine($"Asked to end {(asked.Max() - end).TotalSeconds:0} s after the lesson, gone at most {(DateTime.UtcNow - end).TotalSeconds:0} s after it.");
        await UntilResearchRunsAsync(4);

        await HandInAsync();
        await CloseAsync();
    }

    private async Task HandInAsync()
    {
        await LocalClassroom.MesonetAsync("seat", "start", Course, "student01");
        await LocalClassroom.EventuallyAsync(
            async () => (await StateAsync("student01")) == "Ready" && (await SeatPodsAsync()).Count == 1, async () => await LocalClassroom.MesonetAsync("status"));
        var limits = Assert.Single(await SeatPodsAsync())["spec"]!["containers"]![0]!["resources"]!["limits"]!.AsObject();
        Assert.Equal("600Mi", limits["memory"]!.GetValue<string>());
        Assert.False(limits.ContainsKey("amd.com/gpu"));
        var notebook = await classroom.SeatAsync("student01", Course);
        Assert.Equal("fait en séance", await notebook.ReadFileAsync("intro-pytorch/compte-rendu.txt"));
        Assert.Equal("42", (await notebook.RunAsync("print(6 * 7)")).Trim());

        // Nobody works on: a minute later it stops by itself, open as the page may be.
        await LocalClassroom.EventuallyAsync(async () => (await ReasonAsync("student01")) == "Idle", async () => await LocalClassroom.MesonetAsync("status"));
        Assert.Empty(await SeatPodsAsync());
    }

    private static async Task CloseAsync()
    {
        await LocalClassroom.MesonetAsync("seat", "start", Course, "student02");
        await LocalClassroom.EventuallyAsync(async () => (await SeatPodsAsync()).Count == 1, async () => await LocalClassroom.MesonetAsync("status"));
        var validity = new JsonObject { ["until"] = DateTime.UtcNow.AddDays(-2).ToString("yyyy-MM-dd") };
        var over = new JsonObject { ["spec"] = new JsonObject { ["lessons"] = new JsonArray(), ["validity"] = validity } }.ToJsonString();
        await LocalClassroom.KubectlAsync("patch", "ce", "-n", Namespace, Course, "--type=merge", "-p", over);
        await UntilAsync(Course, course => course.Status?.Stage == Stage.Closed);
        await LocalClassroom.EventuallyAsync(async () => (await SeatPodsAsync()).Count == 0, async () => await LocalClassroom.MesonetAsync("status"));
        await LocalClassroom.KubectlAsync("delete", "namespace", Namespace, "mesonet-research", "--wait=false");
    }

    private static DateTime NextFullMinute(DateTime time) => new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc).AddMinutes(1);

    private static async Task<ClassroomEnvironment> UntilAsync(string course, Func<ClassroomEnvironment, bool> isAsItShould)
    {
        ClassroomEnvironment? last = null;
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                var got = await LocalClassroom.KubectlAsync("get", "ce", "-n", Namespace, course, "-o", "json");
                last = got.ExitCode == 0 ? KubernetesJson.Read<ClassroomEnvironment>(System.Text.Encoding.UTF8.GetBytes(got.Output)) : null;
                return last is not null && isAsItShould(last);
            },
            () => Task.FromResult(last is null ? "there is no such course" : KubernetesYaml.Write(last)),
            Patience);
        return last!;
    }

    private static MesoNet.IAaS.Kubernetes.Objects.Condition? Of(ClassroomEnvironment course, string type) => course.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    private static async Task<IReadOnlyList<JsonNode>> SeatPodsAsync() =>
        [.. JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pods", "-n", Namespace, "-l", "app.kubernetes.io/component=seat,mesonet.fr/environment=" + Course, "-o", "json")).Output)!["items"]!.AsArray().OfType<JsonNode>()];

    private static async Task<IReadOnlyList<DateTime>> AskedToEndAsync() =>
        [.. JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "events", "-n", Namespace, "--field-selector", "reason=Killing,involvedObject.fieldPath=spec.containers{notebook}", "-o", "json")).Output)!["items"]!.AsArray()
            .Select(killing => killing!["firstTimestamp"]!.GetValue<DateTime>().ToUniversalTime())];

    private static async Task<string?> StateAsync(string student) => (await SeatStatusAsync(student))?["state"]?.GetValue<string>();

    private static async Task<string?> ReasonAsync(string student) => (await SeatStatusAsync(student))?["reason"]?.GetValue<string>();

    private static async Task<JsonNode?> SeatStatusAsync(string student) =>
        JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "seats", "-n", Namespace, "-o", "json")).Output)!["items"]!.AsArray()
            .Single(seat => seat!["spec"]!["login"]!.GetValue<string>() == student && seat["spec"]!["environment"]!.GetValue<string>() == Course)!["status"];

    private static async Task<int> ResearchAsync() =>
        JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pods", "-n", "mesonet-research", "-o", "json")).Output)!["items"]!.AsArray()
            .Count(pod => pod!["status"]?["phase"]?.GetValue<string>() == "Running" && pod["metadata"]!["deletionTimestamp"] is null);

    private static Task UntilResearchRunsAsync(int count) => LocalClassroom.EventuallyAsync(
        async () => await ResearchAsync() == count, async () => (await LocalClassroom.KubectlAsync("describe", "pods", "-n", "mesonet-research")).Output);

    private static async Task<string> PlanAsync(string manifest)
    {
        var output = "";
        await InFileAsync(manifest, async path => output = await LocalClassroom.MesonetFailsAsync("plan", "-f", path));
        return output;
    }

    private static async Task InFileAsync(string text, Func<string, Task> use)
    {
        var path = Path.Combine(Path.GetTempPath(), $"mesonet-lesson-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(path, text);
        try
        {
            await use(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string CourseOf(string name, DateTime bell, DateTime end, params string[] students) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{Namespace}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata: {name: {{name}}, namespace: {{Namespace}} }
        spec:
          template: {name: tp-gpu}
          timeZone: Etc/UTC
          storage: {size: 1Gi}
          students: [{{string.Join(", ", students.Select(student => $"{{login: {student}}}"))}}]
          lessons:
          - {name: tp1, start: "{{bell:yyyy-MM-ddTHH:mm}}", end: "{{end:yyyy-MM-ddTHH:mm}}", handInUntil: "{{end.AddHours(2):yyyy-MM-ddTHH:mm}}"}
        """;

    private static readonly string Template = $$"""
        apiVersion: mesonet.fr/v1alpha1
        kind: CourseTemplate
        metadata: {name: tp-gpu}
        spec:
          title: Une séance sur GPU
          image: localhost/mesonet/pytorch:2.6
          code: {repository: "git://git.mesonet.test/intro-pytorch.git", ref: main, path: tp, directory: intro-pytorch}
          timing: {defaultLeadSeconds: {{LeadSeconds}}, maxLeadSeconds: {{LeadSeconds}}, warnMinutes: 2, idleMinutes: 1}
          resources:
            lesson: {cpu: 100m, memory: 800Mi, devices: {amd.com/gpu: 2} }
            handIn: {cpu: 50m, memory: 600Mi}
        """;

    private const string Research = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: mesonet-research}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: training, namespace: mesonet-research}
        spec:
          replicas: 4
          selector: {matchLabels: {app: training} }
          template:
            metadata: {labels: {app: training} }
            spec:
              priorityClassName: mesonet-research
              terminationGracePeriodSeconds: 1
              containers:
              - name: training
                image: localhost/mesonet/pytorch:2.6
                command: [sleep, infinity]
                resources:
                  requests: {cpu: 10m, memory: 16Mi}
                  limits: {memory: 64Mi, amd.com/gpu: "1"}
        """;
}
