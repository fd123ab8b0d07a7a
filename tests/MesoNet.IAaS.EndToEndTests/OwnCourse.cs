using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>A course of a test's own in the one classroom: its namespace, its seats, its pods.</summary>
/// <param name="name">The course's name; its namespace is <c>course-NAME</c>.</param>
internal sealed class OwnCourse(string name)
{
    public string Namespace => $"course-{name}";

    /// <summary>Waits until the course's status is as it should be.</summary>
    public async Task<ClassroomEnvironment> UntilAsync(Func<ClassroomEnvironment, bool> isAsItShould, TimeSpan? patience = null)
    {
        ClassroomEnvironment? last = null;
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                var got = await LocalClassroom.KubectlAsync("get", "ce", "-n", Namespace, name, "-o", "json");
                last = got.ExitCode == 0 ? KubernetesJson.Read<ClassroomEnvironment>(System.Text.Encoding.UTF8.GetBytes(got.Output)) : null;
                return last?.Status?.Conditions is not null && isAsItShould(last);
            },
            () => Task.FromResult(last is null ? "there is no such course" : KubernetesYaml.Write(last)), patience);
        return last!;
    }

    public static Condition? Condition(ClassroomEnvironment course, string type) => course.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>The pods of a component, as JSON.</summary>
    public async Task<IReadOnlyList<JsonNode>> PodsAsync(string component = "seat") =>
        [.. JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pods", "-n", Namespace, "-l", $"app.kubernetes.io/component={component}", "-o", "json")).Output)!["items"]!.AsArray().OfType<JsonNode>()];

    /// <summary>The students' pods: their uids by name.</summary>
    public async Task<Dictionary<string, string>> SeatPodsAsync() =>
        (await PodsAsync()).ToDictionary(pod => pod["metadata"]!["name"]!.GetValue<string>(), pod => pod["metadata"]!["uid"]!.GetValue<string>());

    /// <summary>Runs a script in a student's pod, which must succeed.</summary>
    public async Task<string> InPodAsync(string student, string script)
    {
        var pod = (await SeatPodsAsync()).Keys.Single(name => name.StartsWith(student, StringComparison.Ordinal));
        var result = await LocalClassroom.KubectlAsync("exec", "-n", Namespace, pod, "--", "sh", "-c", script);
        Assert.True(result.ExitCode == 0, $"{student}: {script}\n{result.Output}\n{result.Errors}");
        return result.Output;
    }

    /// <summary>Starts seats on demand and waits until they are ready.</summary>
    public async Task StartAsync(params string[] students)
    {
        foreach (var student in students) await LocalClassroom.MesonetAsync("seat", "start", name, student);
        await LocalClassroom.EventuallyAsync(
            async () => (await PodsAsync()).Count(IsReady) >= students.Length, async () => await LocalClassroom.MesonetAsync("status"));
    }

    /// <summary>
    /// Waits until a Job of a component is at work, and then everything that has to do with it crashes: the operator, the kubelet and the Job's pod.
    /// The cluster's supervisor starts the first two again.
    /// </summary>
    public async Task CrashWhileRunningAsync(string component)
    {
        var pod = await UntilRunsAsync(component);
        foreach (var part in new[] { "mesonet-operator", "kubelet" }) LocalClassroom.Kill(part);
        await LocalClassroom.KubectlAsync("delete", "pod", "-n", Namespace, pod, "--grace-period=0", "--force");
    }

    // Watched, since a quick Job may begin and end between two looks.
    private async Task<string> UntilRunsAsync(string component)
    {
        try
        {
            var watch = LocalClassroom.KubectlLinesAsync(
                TimeSpan.FromMinutes(3), "get", "pods", "-n", Namespace, "-l", $"app.kubernetes.io/component={component}", "--watch", "-o", """jsonpath={.metadata.name} {.status.phase}{"\n"}""");
            await foreach (var line in watch)
            {
                if (line.Split(' ') is [var pod, "Running"]) return pod;
            }
        }
        catch (OperationCanceledException)
        {
            // Not in time.
        }

        Assert.Fail($"No pod of {component} was seen at work.\n{(await LocalClassroom.KubectlAsync("describe", "ce,pods,jobs", "-n", Namespace)).Output}");
        return "";
    }

    public Task DeleteAsync() => LocalClassroom.KubectlAsync("delete", "namespace", Namespace, "--wait=false");

    private static bool IsReady(JsonNode pod) =>
        pod["status"]?["conditions"]?.AsArray().Any(condition => condition!["type"]!.GetValue<string>() == "Ready" && condition["status"]!.GetValue<string>() == "True") == true;
}
