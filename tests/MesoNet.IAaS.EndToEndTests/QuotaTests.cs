using System.Text;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>A student fills their home, on a real node: warned, stopped, let in to clean up, while the neighbour works on.</summary>
[Collection("one classroom")]
public sealed class QuotaTests(LocalClassroom classroom)
{
    private const string Namespace = "course-tp-quota";
    private const string Course = "tp-quota";

    [Fact]
    public async Task A_home_that_fills_is_told_stopped_and_cleaned_up_and_the_neighbour_works_on()
    {
        await LocalClassroom.ApplyAsync(Manifests);
        try
        {
            await UntilAsync("student01", seat => seat.Status?.State == SeatState.Ready);
            var neighbour = await UntilAsync("student02", seat => seat.Status?.State == SeatState.Ready);
            var uid = await PodUidAsync(neighbour);

            // Long before there is anything to warn of, a student sees what the home takes.
            var seat = await classroom.SeatAsync("student02", Course);
            JsonNode? home = null;
            await LocalClassroom.EventuallyAsync(async () => (home = (await seat.GetAsync("mesonet/home"))["home"]) is not null, async () => (await seat.GetAsync("mesonet/home")).ToJsonString());
            Assert.Matches("^[0-9]+(,[0-9])?\u00a0[kM]o sur 100\u00a0Mo$", home!["french"]!.GetValue<string>());

            await WriteAsync("warned", megabytes: 85);
            await UntilAsync("student01", seat => seat.Status is { State: SeatState.Ready, Message: { } message } && message.Contains("nearly full", StringComparison.Ordinal));
            var notebook = await classroom.SeatAsync("student01", Course);
            await LocalClassroom.EventuallyAsync(
                async () => (await notebook.GetAsync("mesonet/notice"))["home"] is not null, async () => (await notebook.GetAsync("mesonet/notice")).ToJsonString());
            var notice = (await notebook.GetAsync("mesonet/notice"))["home"]!;
            Assert.Matches("^8[0-9](,[0-9])?\u00a0Mo sur 100\u00a0Mo$", notice["french"]!.GetValue<string>());
            Assert.False(notice["over"]!.GetValue<bool>());
            await LocalClassroom.EventuallyAsync(async () => (await InSeatAsync("student01", "cat ~/A-LIRE-dossier-presque-plein.md")).Contains("Votre dossier est presque plein", StringComparison.Ordinal), () => InSeatAsync("student01", "ls ~"));

            await WriteAsync("over", megabytes: 60);
            var stopped = await UntilAsync("student01", seat => seat.Status is { State: SeatState.Stopped, Reason: "OverQuota" });
            Assert.Matches(@"^Its home takes 14[0-9](\.[0-9])? MiB of at most 100 MiB, so it was stopped before it could fill the volume of all\. Start it again to remove files", stopped.Status!.Message);
            Assert.Equal(uid, await PodUidAsync(neighbour));
            Assert.Equal("42", (await (await classroom.SeatAsync("student02", Course)).RunAsync("print(6 * 7)")).Trim());
            await UntilConditionAsync("False", "HomesOverQuota", "student01");

            await LocalClassroom.EventuallyAsync(async () => (await FullestAsync())["percent"]!.GetValue<int>() > 100, async () => (await FullestAsync()).ToJsonString());
            Assert.Equal("student01", (await FullestAsync())["login"]!.GetValue<string>());
            Assert.Contains("over its quota", await LocalClassroom.MesonetAsync("course", "homes", Course), StringComparison.Ordinal);

            await LocalClassroom.MesonetAsync("seat", "start", Course, "student01");
            await UntilAsync("student01", seat => seat.Status?.State == SeatState.Ready);
            await InSeatAsync("student01", "rm ~/over ~/warned");
            await UntilAsync("student01", seat => seat.Status is { State: SeatState.Ready, Home: null, Message: null });
            await UntilConditionAsync("True", "WithinQuota", "100 MiB");
            Assert.Equal(uid, await PodUidAsync(neighbour));
        }
        finally
        {
            await LocalClassroom.KubectlAsync("delete", "namespace", Namespace, "--wait=false");
        }
    }

    // All blocks at once, so that the watch never finds half of a file and tells of that.
    private static Task<string> WriteAsync(string file, int megabytes) => InSeatAsync("student01", $"fallocate -l {megabytes}M ~/{file}");

    private static async Task<string> InSeatAsync(string student, string script) =>
        (await LocalClassroom.KubectlAsync("exec", "-n", Namespace, (await SeatAsync(student))!.Metadata.Name!, "--", "sh", "-c", script)).Output;

    private static async Task<string> PodUidAsync(Seat seat) =>
        (await LocalClassroom.KubectlAsync("get", "pod", "-n", Namespace, seat.Metadata.Name!, "-o", "jsonpath={.metadata.uid}")).Output;

    private static async Task<JsonNode> FullestAsync() => JsonNode.Parse(await LocalClassroom.MesonetAsync("course", "homes", Course, "-o", "json"))!["homes"]!.AsArray()[0]!;

    private static async Task<Seat?> SeatAsync(string student)
    {
        var got = await LocalClassroom.KubectlAsync("get", "seats", "-n", Namespace, "-o", "json");
        return JsonNode.Parse(got.Output)!["items"]!.AsArray().Select(item => KubernetesJson.Read<Seat>(Encoding.UTF8.GetBytes(item!.ToJsonString()))).FirstOrDefault(seat => seat.Spec.Login == student);
    }

    private static async Task<Seat> UntilAsync(string student, Func<Seat, bool> isAsItShould)
    {
        Seat? last = null;
        await LocalClassroom.EventuallyAsync(
            async () => (last = await SeatAsync(student)) is not null && isAsItShould(last),
            async () => $"{(last is null ? "there is no such seat" : KubernetesYaml.Write(last))}\n{(await LocalClassroom.KubectlAsync("get", "pods", "-n", Namespace, "-o", "wide")).Output}");
        return last!;
    }

    private static async Task UntilConditionAsync(string status, string reason, string part)
    {
        var last = "";
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                last = (await LocalClassroom.KubectlAsync("get", "ce", "-n", Namespace, Course, "-o", "jsonpath={range .status.conditions[?(@.type==\"HomesWithinQuota\")]}{.status} {.reason} {.message}{end}")).Output;
                return last.StartsWith($"{status} {reason} ", StringComparison.Ordinal) && last.Contains(part, StringComparison.Ordinal);
            },
            () => Task.FromResult(last));
    }

    private const string Manifests = $$"""
        apiVersion: mesonet.fr/v1alpha1
        kind: CourseTemplate
        metadata: {name: tp-quota}
        spec:
          title: Un dossier plein
          image: localhost/mesonet/pytorch:2.6
          resources:
            lesson: {cpu: 10m, memory: 600Mi}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{Namespace}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata: {name: {{Course}}, namespace: {{Namespace}} }
        spec:
          template: {name: tp-quota}
          storage: {size: 1Gi, homeQuota: 100Mi}
          students: [{login: student01}, {login: student02}]
        """;
}
