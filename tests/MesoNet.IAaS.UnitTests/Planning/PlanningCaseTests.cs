using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.UnitTests.Planning;

public sealed class PlanningCaseTests
{
    public static TheoryData<string> Cases => [.. Case.Names()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_plan_is_as_the_case_expects(string name)
    {
        var @case = new Case(name);
        var (expected, actual) = @case.Compare(ClassroomEnvironmentPlanner.Plan(@case.Observed, @case.Now));
        Assert.Equal(expected, actual, ignoreLineEndingDifferences: true);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_world_gives_the_same_plan(string name)
    {
        var @case = new Case(name);
        var first = @case.Compare(ClassroomEnvironmentPlanner.Plan(@case.Observed, @case.Now)).Actual;
        var second = @case.Compare(ClassroomEnvironmentPlanner.Plan(@case.Observed, @case.Now)).Actual;
        Assert.Equal(first, second);
    }

    [Fact]
    public void The_pod_of_a_seat_is_as_the_golden_file_says() => AssertGolden<Pod>("a-prepared-course", "pod.yaml");

    [Fact]
    public void The_pod_that_reads_for_a_teacher_is_as_the_golden_file_says() =>
        // Its annotation changes with each file of the program.
        AssertGolden<Pod>("a-teacher-reads", "pod.yaml", pod => pod with { Metadata = pod.Metadata with { Annotations = null } });

    [Fact]
    public void The_materials_job_is_as_the_golden_file_says() => AssertGolden<Job>("a-new-course", "job.yaml");

    private static void AssertGolden<T>(string name, string file, Func<T, T>? shown = null) where T : KubernetesObject
    {
        var @case = new Case(name);
        var made = ClassroomEnvironmentPlanner.Plan(@case.Observed, @case.Now).Create.OfType<T>().First();
        var (expected, actual) = @case.CompareText(file, KubernetesYaml.Write(shown is null ? made : shown(made)));
        Assert.Equal(expected, actual, ignoreLineEndingDifferences: true);
    }
}
