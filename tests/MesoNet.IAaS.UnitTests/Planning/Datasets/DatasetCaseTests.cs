using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Datasets;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime.Text;

namespace MesoNet.IAaS.UnitTests.Planning.Datasets;

/// <summary>
/// Golden cases of data sets: a folder of <c>cases-of-datasets/</c> with observed.yaml (first document: now; then objects, among them the data set)
/// and expected.yaml. MESONET_ACCEPT=1 writes the expected files.
/// </summary>
public sealed class DatasetCaseTests
{
    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(CasesFolder()).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_plan_is_as_the_case_expects(string name)
    {
        var plan = Plan(name);
        AssertGolden(name, "expected.yaml", KubernetesYaml.WriteNode(new JsonObject
        {
            ["create"] = new JsonArray([.. plan.Create.Select(item => JsonValue.Create($"{ResourceType.Of(item.GetType()).Kind} {item.Key}"))]),
            ["delete"] = new JsonArray([.. plan.Delete.Select(item => JsonValue.Create($"{item.Type.Kind} {item.Key}: {item.Why}"))]),
            ["finalizers"] = JsonSerializer.SerializeToNode(plan.Finalizers, KubernetesJson.Options),
            ["status"] = JsonSerializer.SerializeToNode(plan.Status, KubernetesJson.Options),
            ["nextLookAt"] = JsonSerializer.SerializeToNode(plan.NextLookAt, KubernetesJson.Options),
        }));
    }

    [Fact]
    public void The_claim_and_the_job_are_as_the_golden_files_say()
    {
        const string name = "a-source-to-be-fetched";
        var plan = Plan(name);
        AssertGolden(name, "claim.yaml", KubernetesYaml.Write(plan.Create.OfType<PersistentVolumeClaim>().Single()));
        var job = plan.Create.OfType<Job>().Single();
        var container = job.Spec!.Template!.Spec!.Containers![0];
        // The program is in the sources, once is enough.
        var shown = container with { Command = [.. container.Command!.SkipLast(1), "(fetch-dataset.py)"] };
        AssertGolden(name, "job.yaml", KubernetesYaml.Write(job with
        {
            Spec = job.Spec with { Template = job.Spec.Template with { Spec = job.Spec.Template.Spec with { Containers = [shown] } } },
        }));
    }

    private static DatasetPlan Plan(string name)
    {
        var documents = KubernetesYaml.ReadDocuments(File.ReadAllText(Path.Combine(CasesFolder(), name, "observed.yaml")));
        var now = InstantPattern.General.Parse(documents[0]["now"]!.GetValue<string>()).Value;
        var objects = documents.Skip(1).ToList();
        var dataset = Of<Dataset>(objects).Single();
        var (claims, volumes) = (Of<PersistentVolumeClaim>(objects), Of<PersistentVolume>(objects));
        var claim = HeldData.ClaimOf(dataset) is { } key ? claims.FirstOrDefault(claim => claim.Key == key) : null;
        return DatasetPlanner.Plan(
            new()
            {
                Key = dataset.Key, Dataset = dataset, Environments = Of<ClassroomEnvironment>(objects), Templates = Of<CourseTemplate>(objects),
                CourseVolumes = [.. volumes.Where(volume => volume.Metadata.Label(Labels.Dataset) is not null)],
                Claims = [.. claims.Where(found => found.Metadata.Label(Labels.Dataset) is not null)],
                Jobs = Of<Job>(objects), Pods = Of<ObservedPod>(objects), Claim = claim,
                Volume = claim is null ? null : volumes.FirstOrDefault(volume => volume.Metadata.Name == claim.Spec?.VolumeName),
            },
            now);
    }

    private static void AssertGolden(string name, string file, string actual)
    {
        var path = Path.Combine(CasesFolder(), name, file);
        if (Environment.GetEnvironmentVariable("MESONET_ACCEPT") == "1") File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual, ignoreLineEndingDifferences: true);
    }

    private static IReadOnlyList<T> Of<T>(IEnumerable<JsonNode> objects) where T : KubernetesObject =>
        [.. objects.Where(item => item["kind"]!.GetValue<string>() == ResourceType.Of<T>().Kind).Select(item => item.Deserialize<T>(KubernetesJson.Options)!)];

    private static string CasesFolder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "cases-of-datasets");
}
