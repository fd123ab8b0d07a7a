using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Notebook;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>What a seat brings into any image's JupyterLab.</summary>
public sealed partial class NotebookFilesTests
{
    private readonly World world = TestCourse.World("student01", "student02", "student03");

    public NotebookFilesTests() => world.Settle(TestCourse.Start);

    private ConfigMap Map => Assert.Single(world.All<ConfigMap>(), map => map.Metadata.Name == NotebookFiles.ConfigMapName("test"));

    [Fact]
    public void There_is_one_ConfigMap_per_course_that_goes_with_it()
    {
        Assert.Equal(NotebookFiles.ConfigMapName("test"), Map.Metadata.Name);
        Assert.Equal("ClassroomEnvironment", Assert.Single(Map.Metadata.OwnerReferences!).Kind);
    }

    [Fact]
    public void Every_file_is_mounted_where_it_lies_in_the_sources()
    {
        var pod = world.SeatPods[0];
        var items = pod.Spec!.Volumes!.Single(volume => volume.ConfigMap is not null).ConfigMap!.Items!;
        Assert.Equal(Map.Data!.Keys.Order(StringComparer.Ordinal), items.Select(item => item.Key).Order(StringComparer.Ordinal));
        Assert.All(items, item => Assert.Matches(Key(), item.Key));
        Assert.Contains("share/jupyter/labextensions/@mesonet/seat/package.json", items.Select(item => item.Path));
        Assert.Contains("python/mesonet_seat/__main__.py", items.Select(item => item.Path));
        Assert.Equal("/opt/mesonet/python/mesonet_seat", NotebookFiles.AskCommand[^1]);
    }

    [Fact]
    public void It_is_far_from_the_megabyte_that_a_ConfigMap_may_have() =>
        Assert.InRange(Map.Data!.Sum(file => Encoding.UTF8.GetByteCount(file.Value)), 1, 60_000);

    [Fact]
    public void Its_JSON_can_be_read() =>
        Assert.All(Map.Data!.Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)), file => Assert.NotNull(JsonNode.Parse(file.Value)));

    [Fact]
    public void A_seat_learns_its_end_and_how_full_its_home_is_from_annotations_of_its_pod()
    {
        var spec = world.SeatPods[0].Spec!;
        var volume = spec.Volumes!.Single(volume => volume.DownwardAPI is not null);
        Assert.Equal(
            [("ends-at", "metadata.annotations['mesonet.fr/ends-at']"), ("home-use", "metadata.annotations['mesonet.fr/home-use']"), ("home-quota", "metadata.annotations['mesonet.fr/home-quota']")],
            volume.DownwardAPI!.Items!.Select(file => (file.Path, file.FieldRef!.FieldPath)));
        Assert.Equal("/run/mesonet", spec.Containers![0].VolumeMounts!.Single(mount => mount.Name == volume.Name).MountPath);
    }

    [Fact]
    public void What_a_kernel_inherits_changes_neither_Pythons_nor_Jupyters_search_path()
    {
        var names = world.SeatPods[0].Spec!.Containers![0].Env!.Select(variable => variable.Name).ToList();
        Assert.DoesNotContain("PYTHONPATH", names);
        Assert.DoesNotContain("JUPYTER_PATH", names);
    }

    [GeneratedRegex("^[-._a-zA-Z0-9]+$", RegexOptions.None, 1000)]
    private static partial Regex Key();
}
