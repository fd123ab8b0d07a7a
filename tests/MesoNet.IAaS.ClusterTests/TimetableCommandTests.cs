using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>What <c>mesonet plan</c> and <c>mesonet calendar</c> say of a cluster's courses.</summary>
public sealed class TimetableCommandTests(ClusterFixture cluster)
{
    [Fact]
    public async Task A_course_in_a_file_is_planned_beside_those_of_the_cluster_and_nothing_is_applied()
    {
        var day = LocalDatePattern.Iso.Format(LocalDate.FromDateTime(DateTime.UtcNow).PlusDays(14));
        var courses = await Courses.NewAsync(cluster);
        await courses.PutTemplateAsync(devices: new Dictionary<string, Quantity> { ["test.mesonet.fr/card"] = "1" });
        await courses.PutAsync(spec => spec with { Lessons = [new() { Name = "tp1", Start = $"{day}T14:00", End = $"{day}T16:00" }] });
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "later.yaml");
        // The cards are on a node that is only in the file, with room for all other tests' courses beside them.
        await File.WriteAllTextAsync(file, $$"""
            kind: Node
            metadata: {name: more}
            status: {allocatable: {cpu: "1000", memory: 5000Gi, pods: "9000", test.mesonet.fr/card: "4"} }
            ---
            apiVersion: mesonet.fr/v1alpha1
            kind: ClassroomEnvironment
            metadata: {name: later, namespace: {{courses.Key.Namespace}}}
            spec:
              template: {name: {{courses.Template}}}
              students: [{login: student01}, {login: student02}, {login: student03}]
              lessons:
              - {name: tp1, start: {{day}}T14:00, end: {{day}}T16:00}
            """);
        var reader = new ClusterReader(new("none"), cluster.Cluster.KubeconfigPath, Context: null, TimeProvider.System);
        await using var plan = new StringWriter();
        Assert.Equal(1, await new PlanCommand(reader, TimeProvider.System).RunAsync([file], plan, CancellationToken.None));
        Assert.True(plan.ToString().Contains($"The lesson \"tp1\" ({day} 14:00) lacks 1 of 3 test.mesonet.fr/card, which course (tp1) holds then.", StringComparison.Ordinal), plan.ToString());
        Assert.Null(await cluster.Admin.FindAsync<ClassroomEnvironment>(new(courses.Key.Namespace, "later"), CancellationToken.None));

        await using var calendar = new StringWriter();
        await new CalendarCommand(reader, TimeProvider.System).RunAsync(LocalDatePattern.Iso.Parse(day).Value, 1, [file], asJson: false, calendar, CancellationToken.None);
        Assert.Contains(calendar.ToString().Split('\n'), line => line.Contains("test.mesonet.fr/card", StringComparison.Ordinal) && line.Contains("course (tp1), later (tp1)", StringComparison.Ordinal));
        folder.Delete(recursive: true);
    }
}
