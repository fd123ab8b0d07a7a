using System.Runtime.CompilerServices;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Planning.Capacity;

/// <summary>Only nodes that an image runs on are counted: Turpan has Arm processors alone.</summary>
public sealed class ArchitectureTests
{
    private const string Slice = "nvidia.com/mig-2g.20gb";
    private static readonly IReadOnlyList<Node> Turpan = ManifestFiles.Read([Path.Combine(Samples(), "turpan", "nodes.yaml")]).Nodes;
    private static readonly ClassroomEnvironment Course = Site.Course("robotique", "template", 0, 20, Site.Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00"));

    [Fact]
    public void A_lesson_whose_image_runs_on_the_nodes_fits()
    {
        var fit = Site.Calendar(Turpan, [Template("arm64")], Course).FitOf(Course.Key, Site.Now);
        Assert.True(fit.Fits, fit.Sentence);
        Assert.True(Site.Calendar(Turpan, [Template("amd64", "arm64")], Course).FitOf(Course.Key, Site.Now).Fits);
    }

    [Fact]
    public void One_that_would_only_fit_on_nodes_of_another_architecture_is_told_so_in_both_languages()
    {
        var fit = Site.Calendar(Turpan, [Template("amd64")], Course).FitOf(Course.Key, Site.Now);
        var slices = Turpan.Sum(node => node.Status!.Allocatable![Slice].Value);
        Assert.Equal(("NotEnoughCapacity",
            $"The lesson \"tp1\" has 20 seats, and its image runs on amd64 only: the nodes of that kind could hold 0 of them even if they were empty. {slices} would have room on the other nodes (arm64), for which the template needs another image or platform; see docs/platforms.md."),
            (fit.Reason, fit.Sentence));
        Assert.Equal(0, fit.SeatsThatFit("tp1"));
        var said = FitWords.Of(Course.Key, fit.Lessons[0], LocalTimes.Zone(Course.Spec)!, Site.Now);
        Assert.Equal(
            $"La séance «\u00a0tp1\u00a0» a 20 places, et son image ne tourne que sur amd64\u00a0: ces machines, même vides, en porteraient 0. Les autres (arm64) auraient encore de la place pour {slices}, mais pas avec cette image. Choisissez un modèle fait pour elles, ou prévenez l’administrateur.",
            said.French);
    }

    [Fact]
    public void Seats_of_one_architecture_take_nothing_from_those_of_another()
    {
        IReadOnlyList<Node> mixed = [Node("arm", "arm64"), Node("intel", "amd64"), Site.Node("unlabelled", (Slice, "8"))];
        var placement = new Placement(mixed);
        var seat = Template().Spec.Resources.Lesson;
        Assert.Equal((4, 4, 8, 16), (placement.Room(seat, ["arm64"]), placement.Room(seat, ["amd64"]), placement.Room(seat, ["amd64", "arm64"]), placement.Room(seat)));
        Assert.Equal(4, placement.Place(seat, 10, ["arm64"]));
        Assert.Equal((0, 4), (placement.Room(seat, ["arm64"]), placement.Room(seat, ["amd64"])));
        Assert.Equal("intel", placement.PlaceWhereMostIsFree(seat, ["amd64", "arm64"]));
    }

    [Fact]
    public void A_node_that_turns_out_to_be_of_another_architecture_is_news_and_a_template_whose_image_runs_elsewhere_too()
    {
        Assert.False(CapacityRules.HaveTheSameRoom(Node("a", "arm64"), Node("a", "amd64")));
        Assert.True(CapacityRules.HaveTheSameRoom(Node("a", "arm64"), Node("a", "arm64")));
        Assert.False(BookingComparison.HaveTheSameBookings(Template("arm64"), Template("amd64")));
        Assert.True(BookingComparison.HaveTheSameBookings(Template("arm64"), Template("arm64")));
    }

    private static Node Node(string name, string architecture)
    {
        var node = Site.Node(name, (Slice, "4"));
        return node with { Metadata = node.Metadata with { Labels = new Dictionary<string, string> { ["kubernetes.io/arch"] = architecture } } };
    }

    private static CourseTemplate Template(params string[] architectures)
    {
        var template = Site.Template("template", Slice);
        return template with { Spec = template.Spec with { Architectures = architectures.Length == 0 ? null : architectures } };
    }

    private static string Samples([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../../samples/semester"));
}
