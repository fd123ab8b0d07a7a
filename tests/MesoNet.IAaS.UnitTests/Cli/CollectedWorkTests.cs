using MesoNet.IAaS.Cli.Courses;
using MesoNet.IAaS.Portal.Work;
using MesoNet.IAaS.UnitTests.Planning;
using MesoNet.IAaS.UnitTests.Portal.Work;

namespace MesoNet.IAaS.UnitTests.Cli;

/// <summary>What a teacher's machine is given of the students' work, whatever they named it.</summary>
public sealed class CollectedWorkTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("mesonet-collected-");

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public async Task No_name_leads_out_of_the_students_folder()
    {
        var collected = Collected();
        await StudentsWork.PutAsync(collected, "student01", "seat-1", ("../../evil", "x"), ("/etc/evil", "x"), ("a/../../evil", "x"), ("sous/tp1.py", "the answer"), ("a\u001b[31m", "red"));
        Assert.Equal("the answer", await File.ReadAllTextAsync(Path.Combine(Folder, "student01", "sous", "tp1.py")));
        Assert.True(File.Exists(Path.Combine(Folder, "student01", "a_[31m")));
        Assert.Equal(["rendus", "secret"], root.GetFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(root.FullName, "evil", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("late")]
    [InlineData("=cmd|'/c calc'!A1")]
    [InlineData("rendus.csv")]
    public async Task A_login_that_is_no_good_name_for_a_folder_has_its_seats(string login)
    {
        var collected = Collected(login);
        await StudentsWork.PutAsync(collected, login, "seat-1", ("tp1.py", "1"));
        await collected.AddTableAsync(CancellationToken.None);
        Assert.True(File.Exists(Path.Combine(Folder, "seat-seat-1", "tp1.py")));
        var line = (await File.ReadAllLinesAsync(Path.Combine(Folder, "rendus.csv")))[1];
        // No program takes it for a formula.
        Assert.False(line.TrimStart('"').StartsWith('='), line);
    }

    [Fact]
    public async Task An_archive_that_is_not_the_one_of_its_manifest_is_refused()
    {
        var collected = Collected();
        await collected.BeginAsync(isLate: false, "seat-1", StudentsWork.Manifest("student01", "0000"), CancellationToken.None);
        using var archive = new MemoryStream(StudentsWork.Archive(("tp1.py", "1")));
        await Assert.ThrowsAsync<WorkDamagedException>(() => collected.UnpackAsync(archive, CancellationToken.None));
    }

    [Fact]
    public async Task The_table_tells_who_has_nothing_first_and_when_work_was_handed_in_in_the_courses_time()
    {
        var collected = Collected("student01", "student02");
        await StudentsWork.PutAsync(collected, "student02", "seat-2", ("tp1.py", "1"));
        await collected.AddTableAsync(CancellationToken.None);
        var lines = await File.ReadAllLinesAsync(Path.Combine(Folder, "rendus.csv"));
        Assert.Equal("student01,,,,,,,,,nothing yet", lines[1]);
        Assert.Equal("student02,,2026-11-27 23:59:00,no,deadline,,1,1,student02,", lines[2]);
        Assert.Equal((1, 0), (collected.InTime, collected.TooLate));
        Assert.Equal(["student01"], collected.Without);
    }

    [Fact]
    public async Task One_whose_archive_is_gone_is_without_work_and_the_table_says_why()
    {
        var collected = Collected("student01");
        var manifest = StudentsWork.Manifest("student01", "0000");
        manifest.Remove("archive");
        manifest["superseded"] = new System.Text.Json.Nodes.JsonObject { ["sha256"] = "0000" };
        await collected.BeginAsync(isLate: false, "seat-1", manifest, CancellationToken.None);
        await collected.AddTableAsync(CancellationToken.None);
        Assert.Equal("student01,,,no,deadline,,1,1,,its archive is no longer there", (await File.ReadAllLinesAsync(Path.Combine(Folder, "rendus.csv")))[1]);
        Assert.Equal((0, "student01"), (collected.InTime, Assert.Single(collected.Without)));
    }

    private string Folder => Path.Combine(root.FullName, "rendus");

    private CollectedWork Collected(params string[] logins)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(root.FullName, "secret"), "");
        var course = TestCourse.Environment(logins);
        return new(new FolderTarget(Folder), course with { Spec = course.Spec with { TimeZone = "Europe/Paris" } }, course.Spec.Students!);
    }
}
