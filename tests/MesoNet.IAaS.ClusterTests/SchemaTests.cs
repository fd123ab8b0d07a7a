using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>The schemas against the types: what the API server gives back is what was put in, so no field is pruned unnoticed.</summary>
[Collection("the operator stops")]
public sealed class SchemaTests(ClusterFixture cluster)
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var type in CustomResourceDefinitions.Types)
            {
                for (var seed = 0; seed < 5; seed++) cases.Add(type.Name, seed);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_field_of_a_random_object_comes_back(string typeName, int seed)
    {
        var type = CustomResourceDefinitions.Types.Single(type => type.Name == typeName);
        var resource = ResourceType.Of(type);
        var random = new RandomObjects(seed);
        // No operator looks at a namespace's objects before they exist as a course; a random one names a template that is not there.
        var key = new ObjectKey(resource.Namespaced ? await cluster.NewNamespaceAsync() : "", $"random-{seed}-{Guid.NewGuid():N}");
        var spec = Json(random.Make(type.GetProperty("Spec")!.PropertyType));
        var manifest = new JsonObject
        {
            ["apiVersion"] = resource.ApiVersion, ["kind"] = resource.Kind,
            ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace.Length > 0 ? key.Namespace : null },
            ["spec"] = spec,
        };
        await cluster.Admin.ApplyManifestAsync(manifest, "test", CancellationToken.None);
        AssertSame(spec, await ReadAsync(resource, key, "spec"));

        if (type == typeof(ClassroomEnvironment) || type == typeof(ResearchWorkspace)) return; // its status is the operator's to write, and it does
        if (type == typeof(Dataset))
        {
            await cluster.Admin.DeleteAsync(resource, key, uid: null, gracePeriodSeconds: null, CancellationToken.None);
            return;
        }

        var status = Json(random.Make(type.GetProperty("Status")!.PropertyType));
        var uid = (await ReadAsync(resource, key, "metadata"))["uid"]!.GetValue<string>();
        await (type.Name switch
        {
            nameof(Seat) => cluster.Admin.ReplaceStatusAsync<Seat>(key, uid, status, "test", CancellationToken.None),
            _ => cluster.Admin.ReplaceStatusAsync<CourseTemplate>(key, uid, status, "test", CancellationToken.None),
        });
        AssertSame(status, await ReadAsync(resource, key, "status"));
        await cluster.Admin.DeleteAsync(resource, key, uid: null, gracePeriodSeconds: null, CancellationToken.None);
    }

    [Fact]
    public async Task Every_field_of_a_random_environments_status_comes_back() => await StatusComesBackAsync(
        new ClassroomEnvironment { Metadata = new() { Name = "random", Namespace = await cluster.NewNamespaceAsync() }, Spec = new() { Template = new() { Name = "none" } } },
        new RandomObjects(7).Make(typeof(ClassroomEnvironmentStatus)));

    [Fact]
    public Task Every_field_of_a_random_data_sets_status_comes_back() => StatusComesBackAsync(
        new Dataset { Metadata = new() { Name = $"random-{Guid.NewGuid():N}" }, Spec = new() { Title = "Random", HostPath = new() { Path = "/srv" } } },
        new RandomObjects(8).Make(typeof(DatasetStatus)));

    [Fact]
    public async Task Every_field_of_a_random_research_workspaces_status_comes_back() => await StatusComesBackAsync(
        new ResearchWorkspace
        {
            Metadata = new() { Name = "random", Namespace = await cluster.NewNamespaceAsync() },
            Spec = new() { Owner = "adele", Image = "image:1", Until = "2027-06-30", Resources = new Dictionary<string, Quantity> { ["cpu"] = "1", ["memory"] = "1Gi" } },
        },
        new RandomObjects(9).Make(typeof(ResearchWorkspaceStatus)));

    // With no operator that would write another.
    private async Task StatusComesBackAsync<T>(T item, object made) where T : KubernetesObject
    {
        await cluster.StopOperatorAsync();
        try
        {
            await cluster.Admin.CreateAsync(item, CancellationToken.None);
            var resource = ResourceType.Of<T>();
            var uid = (await ReadAsync(resource, item.Key, "metadata"))["uid"]!.GetValue<string>();
            var status = Json(made);
            await cluster.Admin.ReplaceStatusAsync<T>(item.Key, uid, status, "test", CancellationToken.None);
            AssertSame(status, await ReadAsync(resource, item.Key, "status"));
            await cluster.Admin.DeleteAsync(resource, item.Key, uid: null, gracePeriodSeconds: null, CancellationToken.None);
        }
        finally
        {
            cluster.StartOperator();
        }
    }

    private static JsonObject Json(object value) => (JsonObject)JsonSerializer.SerializeToNode(value, value.GetType(), KubernetesJson.Options)!;

    private async Task<JsonNode> ReadAsync(ResourceType resource, ObjectKey key, string member) =>
        JsonNode.Parse(await cluster.Admin.GetTextAsync(resource.ObjectPath(key), CancellationToken.None))![member]!;

    private static void AssertSame(JsonNode expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"Sent:\n{KubernetesYaml.WriteNode(expected)}\nCame back:\n{KubernetesYaml.WriteNode(actual)}");
}
