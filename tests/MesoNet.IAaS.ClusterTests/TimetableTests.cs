using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>Lessons on a real API server and a real scheduler: the teacher's clock is the wall's, so lessons are moved instead of waited for.</summary>
public sealed class TimetableTests(ClusterFixture cluster)
{
    // Long enough that every seat's turn has come when a lesson is minutes away.
    private static readonly SeatTiming LongLead = new() { DefaultLeadSeconds = 14_400, MaxLeadSeconds = 14_400 };

    [Fact]
    public async Task A_course_goes_through_its_stages()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutTemplateAsync(timing: LongLead);
        await courses.PutAsync(spec => With(spec, Lesson("tp1", 10, 100)));
        var warm = await courses.UntilReadyAsync();
        Assert.Equal((Stage.Warming, "tp1"), (warm.Status!.Stage!.Value, warm.Status.Lesson));
        Assert.Matches(@"^Ready 2/2 at \d\d:\d\d, \d minutes before the bell of tp1 \(\d\d:\d\d\)\.$", Ready(warm).Message);
        Assert.All(await courses.SeatPodsAsync(), pod => Assert.Equal((PriorityClasses.Lesson, Labels.LessonStage), (pod.Spec!.PriorityClassName, pod.Metadata.Label(Labels.Stage))));
        await ClusterFixture.EventuallyAsync(
            async () => (await courses.ListAsync<Event>()).Any(item => item.Message == Ready(warm).Message), () => Task.FromResult("no Event says it"));

        await ClusterFixture.EventuallyAsync(
            async () => (await MetricsAsync()).Contains(
                $"mesonet_course_seats{{namespace=\"{courses.Key.Namespace}\",course=\"course\",state=\"ready\"}} 2\n", StringComparison.Ordinal),
            MetricsAsync);

        await courses.PutAsync(spec => With(spec, Lesson("tp1", -100, -1)));
        await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, course => course.Status is { Stage: Stage.HandIn, Seats.Stopped: 2 });
        await UntilSeatPodsAsync(courses, 0);
        Assert.Equal("OnDemand", (await courses.UntilReasonAsync("OnDemand")).Reason);

        var seat = (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == "student01");
        await cluster.UntilAsync<Seat>(seat.Key, found => found.Status is { State: SeatState.Stopped, Reason: "HandIn" });
        await WantAsync(seat, DateTimeOffset.UtcNow.AddHours(1));
        await cluster.UntilAsync<Seat>(seat.Key, found => found.Status?.State == SeatState.Ready);
        var pod = Assert.Single(await courses.SeatPodsAsync());
        Assert.Equal((PriorityClasses.HandIn, Labels.HandInStage, "8Mi"), (pod.Spec!.PriorityClassName, pod.Metadata.Label(Labels.Stage), pod.Spec.Containers![0].Resources!.Limits!["memory"].ToString()));
        await WantAsync(seat, null);
        await UntilSeatPodsAsync(courses, 0);

        await courses.PutAsync(spec => spec with { TimeZone = "Etc/UTC", Validity = new() { Until = DateTime.UtcNow.AddDays(-2).ToString("yyyy-MM-dd") } });
        Assert.Equal("ValidityOver", (await courses.UntilReasonAsync("ValidityOver")).Reason);
    }

    [Fact]
    public async Task Lengthening_a_lesson_is_told_to_its_pods_and_disturbs_none_of_them()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutTemplateAsync(timing: LongLead);
        await courses.PutAsync(spec => With(spec, Lesson("tp1", 10, 100)));
        await courses.UntilReadyAsync();
        var before = await courses.SeatPodsAsync();
        await courses.PutAsync(spec => With(spec, Lesson("tp1", 10, 160)));
        await ClusterFixture.EventuallyAsync(
            async () => (await courses.SeatPodsAsync()).All(pod => DateTimeOffset.Parse(pod.Metadata.Annotation(Labels.EndsAt)!) > DateTimeOffset.UtcNow.AddMinutes(150)),
            () => Task.FromResult("the pods do not know"));
        Assert.Equal(before.Select(pod => pod.Metadata.Uid), (await courses.SeatPodsAsync()).Select(pod => pod.Metadata.Uid));
    }

    [Fact]
    public async Task A_timetable_that_breaks_a_rule_is_told_and_what_was_planned_goes_on()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutTemplateAsync(timing: LongLead);
        await courses.PutAsync(spec => With(spec, Lesson("tp1", 10, 100)));
        await courses.UntilReadyAsync();
        await courses.PutAsync(spec => With(spec, Lesson("tp1", 10, 100), Lesson("tp2", 50, 130)));
        var told = await courses.UntilReasonAsync("LessonsOverlap");
        Assert.EndsWith("Until then the timetable goes on as it was.", told.Message, StringComparison.Ordinal);
        var course = await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, course => course.Status?.ObservedGeneration == course.Metadata.Generation);
        Assert.Equal((Stage.Warming, "2/2"), (course.Status!.Stage!.Value, course.Status.Ready));
        Assert.Equal(2, (await courses.SeatPodsAsync()).Count);
    }

    [Fact]
    public async Task Of_two_courses_that_compete_for_four_slices_the_second_says_so_before_its_lesson_and_starts_when_the_first_gives_way()
    {
        var slices = new Dictionary<string, Quantity> { ["nvidia.com/mig-1g.10gb"] = "2" };
        var (first, second) = (await Courses.NewAsync(cluster), await Courses.NewAsync(cluster));
        await first.PutTemplateAsync(devices: slices);
        await first.PutAsync(spec => With(spec, Lesson("tp1", 300, 400)));
        await first.UntilReasonAsync("Scheduled");
        // Who asks within the same second is told apart by name, which would be as good, but not what this test is about.
        var asked = (await cluster.UntilAsync<ClassroomEnvironment>(first.Key, _ => true)).Metadata.CreationTimestamp!.Value;
        await ClusterFixture.EventuallyAsync(() => Task.FromResult(DateTimeOffset.UtcNow > asked.AddSeconds(1.1)), () => Task.FromResult("the clock stands still"));
        await second.PutTemplateAsync(devices: slices, timing: LongLead);
        await second.PutAsync(spec => With(spec, Lesson("tp7", 330, 430)));
        var lacking = await cluster.UntilAsync<ClassroomEnvironment>(second.Key, course => Capacity(course) is { Status: "False" });
        Assert.Equal(Stage.Scheduled, lacking.Status!.Stage);
        Assert.Contains("lacks 4 of 4 nvidia.com/mig-1g.10gb, which course (tp1) holds then. It would fit on", Capacity(lacking)!.Message, StringComparison.Ordinal);

        // The same when its lesson is near: nothing is started on what the first has reserved.
        await first.PutAsync(spec => With(spec, Lesson("tp1", 20, 400)));
        await second.PutAsync(spec => With(spec, Lesson("tp7", 10, 110)));
        await cluster.UntilAsync<ClassroomEnvironment>(second.Key, course => course.Status?.Stage == Stage.Warming && Ready(course).Reason == "LessonDoesNotFit");
        Assert.Empty(await second.SeatPodsAsync());
        await first.PutAsync(spec => With(spec, Lesson("tp1", 20, 400)) with { Suspend = true });
        await second.UntilReadyAsync();
    }

    [Fact]
    public async Task Research_that_fills_the_cards_makes_room_at_the_warming_and_returns_after_the_lesson()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutTemplateAsync(devices: new Dictionary<string, Quantity> { ["amd.com/gpu"] = "2" }, timing: LongLead);
        await cluster.Admin.ApplyManifestAsync(KubernetesYaml.ReadDocuments($$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: research, namespace: "{{courses.Key.Namespace}}"}
            spec:
              replicas: 4
              selector: {matchLabels: {app: research} }
              template:
                metadata: {labels: {app: research} }
                spec:
                  priorityClassName: mesonet-research
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: training
                    image: image:1
                    resources: {limits: {amd.com/gpu: '1'} }
            """)[0], "test", CancellationToken.None);
        await UntilResearchRunsAsync(4);
        await courses.PutAsync(spec => With(spec, Lesson("tp1", 10, 100)));
        await courses.UntilReadyAsync();
        await UntilResearchRunsAsync(0);
        // Room was made, and nobody was alarmed meanwhile.
        Assert.DoesNotContain(await courses.ListAsync<Event>(), item => item is { Reason: "NoRoom", InvolvedObject.Kind: nameof(ClassroomEnvironment) });
        await courses.PutAsync(spec => With(spec, Lesson("tp1", -100, -1)));
        await UntilResearchRunsAsync(4);

        Task UntilResearchRunsAsync(int count) => ClusterFixture.EventuallyAsync(
            async () => (await courses.ListAsync<Pod>()).Count(pod => pod.Metadata.Label("app") == "research" && pod is { Status.Phase: "Running", Metadata.DeletionTimestamp: null }) == count,
            async () => string.Join('\n', (await courses.ListAsync<Pod>()).Select(KubernetesYaml.Write)));
    }

    /// <summary>What the operator tells; nothing while another test has stopped it.</summary>
    private async Task<string> MetricsAsync()
    {
        using var http = new HttpClient();
        try
        {
            return await http.GetStringAsync(new Uri($"http://{cluster.Cluster.MetricsAddress}/metrics"));
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    private static ClassroomEnvironmentSpec With(ClassroomEnvironmentSpec spec, params Lesson[] lessons) => spec with { TimeZone = "Etc/UTC", Lessons = lessons };

    /// <summary>A lesson from now on in minutes, with a day to hand in.</summary>
    private static Lesson Lesson(string name, int from, int until)
    {
        var now = DateTime.UtcNow;
        return new() { Name = name, Start = Local(now.AddMinutes(from)), End = Local(now.AddMinutes(until)), HandInUntil = Local(now.AddMinutes(until).AddDays(1)) };

        static string Local(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm");
    }

    private Task<Seat> WantAsync(Seat seat, DateTimeOffset? until) => cluster.Admin.MergePatchAsync<Seat>(
        seat.Key, new() { ["spec"] = new JsonObject { ["wantedUntil"] = until?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") } }, CancellationToken.None);

    private static Task UntilSeatPodsAsync(Courses courses, int count) => ClusterFixture.EventuallyAsync(
        async () => (await courses.SeatPodsAsync()).Count == count, async () => $"{(await courses.SeatPodsAsync()).Count} pods");

    private static Condition Ready(ClassroomEnvironment course) => course.Status!.Conditions!.Single(condition => condition.Type == Readiness.Ready);

    private static Condition? Capacity(ClassroomEnvironment course) => course.Status?.Conditions?.FirstOrDefault(condition => condition.Type == Readiness.CapacityReserved);
}
