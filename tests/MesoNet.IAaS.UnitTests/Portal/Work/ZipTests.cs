using System.IO.Compression;
using System.Text;
using MesoNet.IAaS.Portal.Work;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.UnitTests.Planning;

namespace MesoNet.IAaS.UnitTests.Portal.Work;

/// <summary>The zip of the students' work: whole or no zip, and nothing in it leads out of it, whatever they named it.</summary>
public sealed class ZipTests
{
    private static readonly DateTimeOffset Made = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task It_has_a_folder_per_student_late_ones_apart_a_table_diffs_and_manifests()
    {
        var zip = await ZipOfAsync(["student01", "student02"], null,
            (false, "student01", "seat-1", [("sous/tp1.py", "the answer"), ("vide", "")]), (true, "student01", "seat-1", [("sous/tp1.py", "too late")]));
        Assert.Equal(
            ["diff/late/student01.diff", "diff/student01.diff", "late/student01/", "late/student01/sous/tp1.py", "manifests/late/student01.json", "manifests/student01.json", "rendus.csv", "student01/", "student01/sous/tp1.py", "student01/vide"],
            zip.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("the answer", "too late", "+student01\n"), (zip["student01/sous/tp1.py"], zip["late/student01/sous/tp1.py"], zip["diff/student01.diff"]));
        var lines = zip["rendus.csv"].Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal("student02,,,,,,,,,nothing yet", lines[1]);
        Assert.Equal("student01,,2026-11-27 23:59:00,yes,deadline,,1,1,late/student01,", lines[3]);
    }

    [Fact]
    public async Task No_name_in_it_leads_out_of_the_students_folder_on_any_machine()
    {
        string[] hostile =
        [
            "../../evil", "/etc/evil", "a/../../evil", "..", ".. /evil", ".../evil", "..\\..\\evil", "C:\\evil", "\\\\host\\evil", "a\u0000b", "a//evil", "./evil", "end.", "é/日本", "a\u001b[31m",
        ];
        var zip = await ZipOfAsync(["student01"], null, (false, "student01", "seat-1", [.. hostile.Select(name => (name, "x"))]));
        Assert.All(zip.Keys, name =>
        {
            Assert.DoesNotContain('\\', name);
            Assert.DoesNotContain(':', name);
            Assert.DoesNotContain(name, char.IsControl);
            Assert.False(name.StartsWith('/'), name);
            // What Windows drops at a name's end must not leave a name that leads upwards.
            Assert.All(name.TrimEnd('/').Split('/'), part => Assert.Equal(part.TrimEnd('.', ' '), part));
            Assert.All(name.TrimEnd('/').Split('/'), part => Assert.NotEqual("", part));
        });
        Assert.Contains("student01/é/日本", zip.Keys);
    }

    [Fact]
    public async Task Two_names_that_become_the_same_are_told_apart()
    {
        var zip = await ZipOfAsync(["student01"], null, (false, "student01", "seat-1", [("a:b", "one"), ("a\\b", "two")]));
        Assert.Equal(("one", "two"), (zip["student01/a_b"], zip["student01/a_b-2"]));
    }

    [Theory]
    [InlineData("=cmd|'/c calc'!A1")]
    [InlineData("@SUM(1)")]
    [InlineData("+1")]
    [InlineData("-1")]
    public async Task A_login_is_no_formula_and_no_folder(string login)
    {
        var zip = await ZipOfAsync([login], null, (false, login, "seat-1", [("tp1.py", "1")]));
        Assert.Contains("seat-seat-1/tp1.py", zip.Keys);
        Assert.DoesNotContain(zip["rendus.csv"].Split('\n')[1].TrimStart('"')[0], "=@+-");
    }

    [Fact]
    public async Task Of_an_assistants_groups_only_those_come()
    {
        var zip = await ZipOfAsync(["student01"], new HashSet<string> { "seat-1" }, (false, "student01", "seat-1", [("tp1.py", "1")]), (false, "student02", "seat-2", [("tp1.py", "2")]));
        Assert.DoesNotContain(zip.Keys, name => name.Contains("student02", StringComparison.Ordinal));
        Assert.DoesNotContain("student02", zip["rendus.csv"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(700)]
    [InlineData(3000)]
    public async Task What_was_cut_short_is_no_zip(int after)
    {
        var stream = StudentsWork.Stream((false, "student01", "seat-1", [("tp1.py", "1")]))[..after];
        using var content = new MemoryStream();
        var target = await ZipTarget.BeginAsync(content, Made, CancellationToken.None);
        // A tar that ends between two entries looks like a whole one: that the stream itself is whole is told by who sends it.
        using var source = new CutStream(stream);
        await Assert.ThrowsAnyAsync<IOException>(() => WorkStream.ReceiveAsync(source, new CollectedWork(target, Course("student01"), []), null, CancellationToken.None));
        Assert.ThrowsAny<InvalidDataException>(() => new ZipArchive(new MemoryStream(content.ToArray()), ZipArchiveMode.Read));
    }

    [Fact]
    public async Task It_is_sent_as_it_comes_and_no_write_of_it_makes_the_web_server_wait()
    {
        const int size = 8 << 20;
        using var sent = new WaitingOnlyStream();
        var target = await ZipTarget.BeginAsync(sent, Made, CancellationToken.None);
        await target.AddFolderAsync(["student01"], CancellationToken.None);
        var bytes = new byte[size];
        new Random(1).NextBytes(bytes);
        long sentAtEnd = 0;
        using var content = new ToldAtEnd(bytes, () => sentAtEnd = sent.Length);
        await target.AddFileAsync(["student01", "large.bin"], content, CancellationToken.None);
        Assert.InRange(sentAtEnd, size - (1 << 20), size + (1 << 20));
        await target.CompleteAsync(CancellationToken.None);
        await using var zip = new ZipArchive(new MemoryStream(sent.ToArray()), ZipArchiveMode.Read);
        Assert.Equal(size, zip.GetEntry("student01/large.bin")!.Length);
    }

    [Fact]
    public async Task An_archive_that_is_not_the_one_of_its_manifest_leaves_no_zip()
    {
        using var content = new MemoryStream();
        var target = await ZipTarget.BeginAsync(content, Made, CancellationToken.None);
        var collected = new CollectedWork(target, Course("student01"), []);
        await collected.BeginAsync(isLate: false, "seat-1", StudentsWork.Manifest("student01", "0000"), CancellationToken.None);
        using var archive = new MemoryStream(StudentsWork.Archive(("tp1.py", "1")));
        await Assert.ThrowsAsync<WorkDamagedException>(() => collected.UnpackAsync(archive, CancellationToken.None));
        Assert.ThrowsAny<InvalidDataException>(() => new ZipArchive(new MemoryStream(content.ToArray()), ZipArchiveMode.Read));
    }

    private static ClassroomEnvironment Course(params string[] logins)
    {
        var course = TestCourse.Environment(logins);
        return course with { Spec = course.Spec with { TimeZone = "Europe/Paris" } };
    }

    private static async Task<Dictionary<string, string>> ZipOfAsync(string[] roster, IReadOnlySet<string>? seats, params (bool IsLate, string Login, string Seat, (string Name, string Text)[] Files)[] works)
    {
        var course = Course(roster);
        using var content = new MemoryStream();
        var target = await ZipTarget.BeginAsync(content, Made, CancellationToken.None);
        var collected = new CollectedWork(target, course, course.Spec.Students!);
        using var source = new MemoryStream(StudentsWork.Stream(works));
        await WorkStream.ReceiveAsync(source, collected, seats, CancellationToken.None);
        await collected.AddTableAsync(CancellationToken.None);
        await target.CompleteAsync(CancellationToken.None);
        await using var zip = new ZipArchive(new MemoryStream(content.ToArray()), ZipArchiveMode.Read);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(), Encoding.UTF8);
            files.Add(entry.FullName, await reader.ReadToEndAsync());
        }

        return files;
    }

    // As Kestrel's, which refuses what does not wait.
    private sealed class WaitingOnlyStream : MemoryStream
    {
        private bool isWaited;

        public override bool CanSeek => false;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            isWaited = true;
            await base.WriteAsync(buffer, cancellationToken);
            isWaited = false;
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Assert.True(isWaited, "A write did not wait.");
            base.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Assert.True(isWaited, "A write did not wait.");
            base.Write(buffer);
        }
    }

    private sealed class ToldAtEnd(byte[] content, Action atEnd) : MemoryStream(content)
    {
        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            while (await ReadAsync(buffer, cancellationToken) is > 0 and var read) await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            atEnd();
        }
    }

    // As a connection that is cut: not an end, but an error.
    private sealed class CutStream(byte[] content) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new HttpIOException(HttpRequestError.ResponseEnded);
    }
}
