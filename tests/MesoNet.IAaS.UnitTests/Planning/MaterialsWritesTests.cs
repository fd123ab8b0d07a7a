using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>What an update of the code costs the API server: one Job, and a status that names a few, however large the class is.</summary>
public sealed class MaterialsWritesTests
{
    private const string Second = "fedcba9876543210fedcba9876543210fedcba98";

    [Fact]
    public void An_update_of_three_hundred_homes_writes_as_many_objects_as_one_of_three_and_none_of_them_is_a_students()
    {
        var (few, many) = (WritesOfAnUpdate(3), WritesOfAnUpdate(300));
        Assert.Equal(few.Objects, many.Objects);
        Assert.All(many.Objects, kind => Assert.Contains(kind, new[] { "Job", "ConfigMap" }));
        Assert.InRange(few.Objects.Count, 1, 4);
        // Of those with conflicts some are named, the others counted.
        Assert.InRange(many.StatusBytes - few.StatusBytes, 0, 2_000);
    }

    private static (IReadOnlyList<string> Objects, int StatusBytes) WritesOfAnUpdate(int students)
    {
        var world = TestCourse.World([.. Enumerable.Range(1, students).Select(number => $"student{number:D3}")]);
        world.Put(TestCourse.Node(cpu: "2000", memory: "2Ti", pods: "1000"));
        world.Settle(TestCourse.Start);
        Assert.Equal(students, world.SeatPods.Count);
        var template = world.All<CourseTemplate>().Single();
        world.Put(template with { Spec = template.Spec with { Code = template.Spec.Code! with { Ref = "v2" } } });

        var written = new List<string>();
        for (var pass = 0; pass < 20; pass++)
        {
            var plan = ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start);
            if (world.IsNothing(plan)) return ([.. written.Order(StringComparer.Ordinal)], JsonSerializer.Serialize(world.Environment.Status).Length);
            written.AddRange(plan.Apply.Concat(plan.Create).Select(item => ResourceType.Of(item.GetType()).Kind).Concat(plan.Delete.Select(deletion => deletion.Type.Kind)).Concat(plan.SeatStatuses.Select(_ => "Seat")));
            world.CarryOut(plan);
            EndJobs(world);
        }

        throw new InvalidOperationException("The update never comes to rest.");
    }

    // Each home has a conflict: the most that there is to tell.
    private static void EndJobs(World world)
    {
        foreach (var job in world.All<Job>().Where(job => job.Status is null))
        {
            var named = string.Join(',', world.All<Seat>().Take(10).Select(seat => $$"""{"home":"{{seat.Metadata.Name}}","file":"tp1.ipynb","more":2}"""));
            var message = $$"""{"commit":"{{Second}}","copied":0,"updated":0,"conflicts":{{world.All<Seat>().Count}},"failed":0,"named":[{{named}}],"failures":[]}""";
            var moment = TestCourse.Start.ToDateTimeOffset();
            world.Put(job with { Status = new() { CompletionTime = moment, Conditions = [new() { Type = "Complete", Status = "True", LastTransitionTime = moment }] } });
            world.Put(new Pod
            {
                Metadata = new() { Name = $"{job.Metadata.Name}-pod", Namespace = "course-test", Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
                Status = new() { Phase = "Succeeded", ContainerStatuses = [new() { Name = "materials", State = new() { Terminated = new() { ExitCode = 0, Message = message } } }] },
            });
        }
    }
}
