using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.NewCourses;
using MesoNet.IAaS.Portal.Timetables;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>
/// The longest form that the portal takes, while no operator runs: 5,000 seats, made and taken away again, would keep the garbage collector of the
/// cluster that all tests share busy for minutes.
/// </summary>
[Collection("the operator stops")]
public sealed class LongestFormTests(ClusterFixture cluster)
{
    [Fact]
    public async Task The_api_server_takes_what_the_longest_form_gives()
    {
        var rows = Enumerable.Range(0, 500).Select(number => new LessonRow("", NodaTime.Text.LocalDatePattern.Iso.Format(new LocalDate(2026, 11, 23).PlusDays(number)), "14:00", "17:00", "", "A")).ToList();
        var course = await NewCourseCreationTests.ReadAsync(cluster, form => form with
        {
            Title = $"{form.Title}{new string('é', 200 - form.Title.Length)}", Kind = TimetableKind.Table, Rows = rows, IsWantedAnyway = true,
            Roster = string.Join('\n', Enumerable.Range(0, 5000).Select(number => $"étudiant.{number}@université.example A")),
        });
        Assert.Empty(course.Problems);
        await cluster.StopOperatorAsync();
        try
        {
            Assert.Null(await NewCourseCreation.CreateAsync(cluster.Admin, course, CancellationToken.None));
            var made = await cluster.Admin.GetAsync<ClassroomEnvironment>(course.Environment.Key, CancellationToken.None);
            Assert.Equal((5000, 500), (made.Spec.Students!.Count, made.Spec.Lessons!.Count));
            await cluster.Admin.DeleteAsync<ClassroomEnvironment>(course.Environment.Key, CancellationToken.None);
            await cluster.UntilGoneAsync<ClassroomEnvironment>(course.Environment.Key);
        }
        finally
        {
            cluster.StartOperator();
        }
    }
}
