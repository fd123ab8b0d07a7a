using MesoNet.IAaS.ClusterTests.Faults;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster.Faults;
using MesoNet.IAaS.Portal.NewCourses;
using MesoNet.IAaS.Portal.Timetables;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>From a form to a course that runs, on a real API server with a real operator.</summary>
public sealed class NewCourseCreationTests(ClusterFixture cluster)
{
    public static TheoryData<Fault, string> HalfWay => new()
    {
        { new Fault.CutMidway(), "/namespaces" },
        { new Fault.CutMidway(), "/classroomenvironments" },
        { Fault.Unavailable, "/classroomenvironments" },
        { new Fault.Cut(), "/classroomenvironments" },
    };

    [Fact]
    public async Task A_form_becomes_a_course_whose_seats_are_ready()
    {
        var course = await ReadAsync();
        Assert.Empty(course.Problems);
        Assert.Null(await NewCourseCreation.CreateAsync(cluster.Admin, course, CancellationToken.None));
        var environment = await cluster.UntilAsync<ClassroomEnvironment>(course.Environment.Key, environment => environment.Status?.Ready == "3/3");
        Assert.Equal("L’apprentissage <profond>", environment.Spec.Title);
        var room = await cluster.Admin.GetAsync<Namespace>(new("", course.Environment.Metadata.Namespace!), CancellationToken.None);
        Assert.Equal("restricted", room.Metadata.Label("pod-security.kubernetes.io/enforce"));
    }

    [Fact]
    public async Task The_same_form_sent_twice_is_one_course()
    {
        var course = await ReadAsync();
        var both = await Task.WhenAll(NewCourseCreation.CreateAsync(cluster.Admin, course, CancellationToken.None), NewCourseCreation.CreateAsync(cluster.Admin, course, CancellationToken.None));
        Assert.All(both, Assert.Null);
    }

    [Theory]
    [MemberData(nameof(HalfWay))]
    public async Task What_a_fault_left_half_way_is_finished_by_the_same_form(Fault fault, string path)
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        var course = await ReadAsync();
        FieldProblem? problem;
        using (through.Proxy.Install(fault, request => request.Method == "POST" && request.Path.EndsWith(path, StringComparison.Ordinal)))
            problem = await NewCourseCreation.CreateAsync(through.Client, course, CancellationToken.None);
        Assert.StartsWith("The cluster does not answer at the moment. Nothing is lost", problem!.Sentence.English, StringComparison.Ordinal);
        Assert.Null(await NewCourseCreation.CreateAsync(through.Client, course, CancellationToken.None));
        Assert.NotNull(await cluster.Admin.FindAsync<ClassroomEnvironment>(course.Environment.Key, CancellationToken.None));
    }

    [Fact]
    public async Task A_namespace_that_is_there_already_is_never_taken()
    {
        var course = await ReadAsync();
        await cluster.Admin.CreateAsync(new Namespace { Metadata = new() { Name = course.Environment.Metadata.Namespace } }, CancellationToken.None);
        var problem = await NewCourseCreation.CreateAsync(cluster.Admin, course, CancellationToken.None);
        Assert.Equal(NewCourseField.Title, problem!.Field);
        Assert.Null(await cluster.Admin.FindAsync<ClassroomEnvironment>(course.Environment.Key, CancellationToken.None));
    }

    [Fact]
    public async Task What_the_api_server_refuses_is_told_in_its_words()
    {
        var course = await ReadAsync();
        var wrong = course with { Environment = course.Environment with { Spec = course.Environment.Spec with { Students = [new() { Login = "a b" }] } } };
        var problem = await NewCourseCreation.CreateAsync(cluster.Admin, wrong, CancellationToken.None);
        Assert.Equal(NewCourseField.Course, problem!.Field);
        Assert.Contains("spec.students", problem.Sentence.French, StringComparison.Ordinal);
    }

    private Task<NewCourse> ReadAsync() => ReadAsync(cluster);

    /// <summary>A form of three students and no timetable, or what it is changed to, as the portal reads it; each a course of its own.</summary>
    internal static async Task<NewCourse> ReadAsync(ClusterFixture cluster, Func<NewCourseForm, NewCourseForm>? change = null)
    {
        var given = await Courses.NewAsync(cluster);
        var site = new NewCourseSite(
            [], await cluster.Admin.ListAsync<CourseTemplate>(ListQuery.All, CancellationToken.None), await cluster.Admin.ListAsync<Dataset>(ListQuery.All, CancellationToken.None),
            await cluster.Admin.ListAsync<Node>(ListQuery.All, CancellationToken.None), ["teaching"]);
        var attempt = Guid.NewGuid().ToString("N");
        NewCourseForm form = new()
        {
            Attempt = attempt, Title = "L’apprentissage <profond>", Template = given.Template, Roster = "student01 A\nstudent02 B\nstudent03 B", Kind = TimetableKind.None, Networks = ["teaching"],
        };
        var read = NewCourseReader.Read(site, (change ?? (same => same))(form), "teacher1", Instant.FromDateTimeOffset(DateTimeOffset.UtcNow));
        // All tests share a cluster: the title's name would be one course.
        var name = $"c{attempt[..12]}";
        return read with { Environment = read.Environment with { Metadata = read.Environment.Metadata with { Name = name, Namespace = $"course-{name}" } } };
    }
}
