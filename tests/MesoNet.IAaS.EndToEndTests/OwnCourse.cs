using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
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

    /// <summary>Where the node has the volume of one of the course's claims.</summary>
    /// <param name="what">Which: <c>homes</c>, <c>submissions</c>, <c>archive</c>.</param>
    public async Task<string> FolderOfAsync(string what)
    {
        var claim = JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pvc", "-n", Namespace, $"{name}-{what}", "-o", "json")).Output)!;
        var volume = JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pv", claim["spec"]!["volumeName"]!.GetValue<string>(), "-o", "json")).Output)!;
        return volume["spec"]!["hostPath"]!["path"]!.GetValue<string>();
    }

    public Task DeleteAsync() => LocalClassroom.KubectlAsync("delete", "namespace", Namespace, "--wait=false");

    private static bool IsReady(JsonNode pod) =>
        pod["status"]?["conditions"]?.AsArray().Any(condition => condition!["type"]!.GetValue<string>() == "Ready" && condition["status"]!.GetValue<string>() == "True") == true;
}
