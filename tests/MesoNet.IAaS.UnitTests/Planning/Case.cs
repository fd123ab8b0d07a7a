using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>
/// A golden case: a folder of <c>cases/</c> with environment.yaml (may be missing), observed.yaml (first document: now; then objects) and
/// expected.yaml. With MESONET_ACCEPT=1 the expected file is written instead of compared; look at the difference before committing it.
/// </summary>
internal sealed class Case
{
    private readonly string folder;

    public Case(string name)
    {
        folder = Path.Combine(CasesFolder(), name);
        var documents = KubernetesYaml.ReadDocuments(File.ReadAllText(Path.Combine(folder, "observed.yaml")));
        Now = InstantPattern.General.Parse(documents[0]["now"]!.GetValue<string>()).Value;
        var objects = documents.Skip(1).ToList();
        var environmentPath = Path.Combine(folder, "environment.yaml");
        var environment = File.Exists(environmentPath) ? KubernetesYaml.Read<ClassroomEnvironment>(File.ReadAllText(environmentPath)) : null;
        Observed = new()
        {
            Key = environment?.Key ?? new("course-test", "test"),
            Environment = environment,
            Templates = Of<CourseTemplate>(objects),
            Datasets = Of<Dataset>(objects),
            Calendar = SiteCalendar.Of([.. Of<ClassroomEnvironment>(objects), .. environment is null ? [] : new[] { environment }], Of<CourseTemplate>(objects), Of<Node>(objects)),
            Nodes = Of<Node>(objects),
            Seats = Of<Seat>(objects),
            Pods = Of<ObservedPod>(objects),
            Jobs = Of<Job>(objects),
            Secrets = Of<Secret>(objects),
            Claims = Of<PersistentVolumeClaim>(objects),
            Volumes = Of<PersistentVolume>(objects),
            NetworkPolicies = Of<NetworkPolicy>(objects),
            ConfigMaps = Of<ConfigMap>(objects),
            Entropy = new byte[32],
        };
    }

    public Instant Now { get; }

    public ObservedEnvironment Observed { get; }

    public static IEnumerable<string> Names() => Directory.EnumerateDirectories(CasesFolder()).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>The expected file against the plan, as text: what a reviewer reads.</summary>
    public (string Expected, string Actual) Compare(EnvironmentPlan plan) => CompareText("expected.yaml", KubernetesYaml.WriteNode(Summarize(plan)));

    /// <summary>The same for another file of the case.</summary>
    public (string Expected, string Actual) CompareText(string file, string actual)
    {
        var path = Path.Combine(folder, file);
        if (Environment.GetEnvironmentVariable("MESONET_ACCEPT") == "1") File.WriteAllText(path, actual);
        return (File.ReadAllText(path), actual);
    }

    private static IReadOnlyList<T> Of<T>(IEnumerable<JsonNode> objects) where T : KubernetesObject =>
        [.. objects.Where(item => item["kind"]!.GetValue<string>() == ResourceType.Of<T>().Kind).Select(item => item.Deserialize<T>(KubernetesJson.Options)!)];

    private static JsonObject Summarize(EnvironmentPlan plan) => new()
    {
        ["apply"] = new JsonArray([.. plan.Apply.Select(item => JsonValue.Create(Name(item)))]),
        ["create"] = new JsonArray([.. plan.Create.Select(item => JsonValue.Create(Name(item)))]),
        ["delete"] = new JsonArray([.. plan.Delete.Select(item => JsonValue.Create($"{item.Type.Kind} {item.Key}: {item.Why}"))]),
        ["seatStatuses"] = new JsonObject(plan.SeatStatuses.Select(item => KeyValuePair.Create(item.Seat.Metadata.Name!, JsonSerializer.SerializeToNode(item.Status, KubernetesJson.Options)))),
        ["status"] = JsonSerializer.SerializeToNode(plan.Status, KubernetesJson.Options),
        ["nextLookAt"] = JsonSerializer.SerializeToNode(plan.NextLookAt, KubernetesJson.Options),
    };

    private static string Name(KubernetesObject item) => $"{ResourceType.Of(item.GetType()).Kind} {item.Key}";

    private static string CasesFolder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "..", "cases");
}
