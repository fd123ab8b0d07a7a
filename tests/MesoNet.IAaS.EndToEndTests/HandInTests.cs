using System.Text.Json.Nodes;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>The days after a lesson: students hand in, the deadline passes while everything fails that can, and the teacher collects.</summary>
[Collection(CrashCollection.Name)]
public sealed class HandInTests : IDisposable
{
    private const string Name = "rendu";

    // The lesson is over, and stays the same whenever the course is applied.
    private readonly DateTime started = DateTime.UtcNow;
    private readonly OwnCourse course = new(Name);
    private readonly JobCrash crash;
    private readonly DirectoryInfo work = Directory.CreateTempSubdirectory("mesonet-rendu-");

    public HandInTests(LocalClassroom classroom, ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(classroom);
        crash = new(course, output);
    }

    public void Dispose() => work.Delete(recursive: true);

    [Fact]
    public async Task Work_is_taken_at_the_deadline_whatever_crashes_and_is_collected_by_the_teacher()
    {
        await LocalClassroom.ApplyAsync(Manifest(NextFullMinute(started.AddMinutes(30))));
        await course.UntilAsync(course => OwnCourse.Condition(course, "MaterialsReady")?.Status == "True");
        await course.StartAsync("student01", "student02", "student03");
        await course.InPodAsync("student01", "cd intro-pytorch && echo 'première idée' > compte-rendu.txt");
        Assert.Contains("is handed in", await LocalClassroom.MesonetAsync("seat", "hand-in", Name, "student01"), StringComparison.Ordinal);
        await course.InPodAsync("student01", "cd intro-pytorch && echo 'bonne idée' > compte-rendu.txt");
        await LocalClassroom.MesonetAsync("seat", "hand-in", Name, "student01");
        await course.InPodAsync("student01", "cd intro-pytorch && echo 'brouillon' > compte-rendu.txt");
        await course.InPodAsync("student02", "cd intro-pytorch && echo 'à moi' > '=tp \"été\".txt' && ln -s /etc/passwd secret && rm -rf .git");
        // So that there is time for something to go wrong.
        await course.InPodAsync("student03", "cd intro-pytorch && head -c 300M /dev/urandom > grand.bin");
        var submissions = await course.FolderOfAsync("submissions");
        var before = AssertWhole(submissions);
        Assert.Equal(2, before.Count);
        // The teacher brings it forward now that all is prepared, however long that took.
        await LocalClassroom.ApplyAsync(Manifest(NextFullMinute(DateTime.UtcNow.AddSeconds(20))));

        await crash.StrikeAsync("hand-in", within: TimeSpan.FromSeconds(6));
        AssertWhole(submissions);
        var taken = await course.UntilAsync(course => OwnCourse.Condition(course, "WorkTaken")?.Status == "True");
        var lesson = Assert.Single(taken.Status!.Submissions!.Lessons!);
        Assert.Equal((4, 0), (lesson.Students!.Value, lesson.Failed ?? 0));
        AssertTakenOnce(submissions, before);
        // Taking waits half a minute for notebooks at most; one whose kubelet was killed meanwhile may end later.
        await LocalClassroom.EventuallyAsync(async () => (await course.PodsAsync()).Count == 0, async () => string.Join('\n', await course.PodsAsync()));

        // After the deadline it is late.
        Assert.Contains("after the deadline", await LocalClassroom.MesonetAsync("seat", "hand-in", Name, "student02"), StringComparison.Ordinal);
        await CollectAsync();
        await course.DeleteAsync();
    }

    // Everything that was taken, as the archive's SHA-256 by its file's name: what has a manifest has its archive, whole.
    private static Dictionary<string, string> AssertWhole(string submissions)
    {
        var manifests = Directory.GetFiles(submissions, "*.json", SearchOption.AllDirectories);
        return manifests.ToDictionary(manifest => Path.GetRelativePath(submissions, manifest), manifest =>
        {
            var archive = JsonNode.Parse(File.ReadAllText(manifest))!["archive"]!;
            var hash = FileSnapshot.HashOf(Path.Combine(Path.GetDirectoryName(manifest)!, archive["file"]!.GetValue<string>()));
            Assert.Equal(archive["sha256"]!.GetValue<string>(), hash);
            return hash;
        });
    }

    // Student01's own two hand-ins are the ones from before, everybody's work was taken once at the deadline, and nothing else lies there.
    private static void AssertTakenOnce(string submissions, Dictionary<string, string> before)
    {
        var taken = AssertWhole(submissions);
        Assert.All(before, known => Assert.Equal(known.Value, taken[known.Key]));
        Assert.Equal(
            ["student01 deadline", "student01 student", "student01 student", "student02 deadline", "student03 deadline", "student04 deadline"],
            taken.Keys.Select(file => $"{file.Split('/')[2].Split('-')[0]} {Path.GetFileNameWithoutExtension(file).Split('-')[1]}").Order(StringComparer.Ordinal));
        var files = Directory.GetFiles(submissions, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(submissions, file));
        Assert.Equal([.. taken.Keys.SelectMany(file => new[] { file, Path.ChangeExtension(file, ".tar.gz") }).Append("lock").Order(StringComparer.Ordinal)], files.Order(StringComparer.Ordinal));
    }

    private async Task CollectAsync()
    {
        var folder = Path.Combine(work.FullName, "tp1");
        Assert.Contains("has no lesson \"tp9\". Its lessons are tp1.", await LocalClassroom.MesonetFailsAsync("course", "collect", Name, "tp9", "-o", folder), StringComparison.Ordinal);
        var said = await LocalClassroom.MesonetAsync("course", "collect", Name, "tp1", "-o", folder);
        Assert.Contains("tp1: the work of 4 students is in", said, StringComparison.Ordinal);

        Assert.Equal("bonne idée\n", await File.ReadAllTextAsync(Path.Combine(folder, "student01", "compte-rendu.txt")));
        Assert.Equal("à moi\n", await File.ReadAllTextAsync(Path.Combine(folder, "student02", "=tp \"été\".txt")));
        Assert.False(Path.Exists(Path.Combine(folder, "student02", "secret")));
        Assert.Equal(300 << 20, new FileInfo(Path.Combine(folder, "student03", "grand.bin")).Length);
        Assert.Equal("à moi\n", await File.ReadAllTextAsync(Path.Combine(folder, "late", "student02", "=tp \"été\".txt")));
        Assert.Contains("+bonne idée", await File.ReadAllTextAsync(Path.Combine(folder, "diff", "student01.diff")), StringComparison.Ordinal);
        Assert.Equal("", await File.ReadAllTextAsync(Path.Combine(folder, "diff", "student04.diff")));

        var rows = (await File.ReadAllLinesAsync(Path.Combine(folder, "rendus.csv"))).Select(line => line.Split(',')).ToList();
        Assert.Equal(["login", "group", "handed in at", "late", "by", "extension", "files changed", "bytes", "folder", "remark"], rows[0]);
        Assert.Equal(
            ["student01 no student 1", "student02 no deadline 1", "student02 yes student 1", "student03 no deadline 1", "student04 no deadline 0"],
            rows.Skip(1).Select(row => $"{row[0]} {row[3]} {row[4]} {row[6]}"));
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "manifests", "student02.json")))!;
        Assert.Equal("/etc/passwd", Assert.Single(manifest["links"]!.AsArray())!["target"]!.GetValue<string>());

        // A second time would write over what the teacher noted there.
        Assert.Contains("is there already", await LocalClassroom.MesonetFailsAsync("course", "collect", Name, "tp1", "-o", folder), StringComparison.Ordinal);
    }

    private static DateTime NextFullMinute(DateTime time) => new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc).AddMinutes(1);

    private string Manifest(DateTime deadline) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{course.Namespace}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: CourseTemplate
        metadata: {name: rendu}
        spec:
          title: Des rendus
          image: localhost/mesonet/pytorch:2.6
          code: {repository: "git://git.mesonet.test/intro-pytorch.git", ref: main, path: tp, directory: intro-pytorch}
          resources: {lesson: {cpu: 50m, memory: 400Mi}, handIn: {cpu: 50m, memory: 400Mi} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata: {name: {{Name}}, namespace: {{course.Namespace}} }
        spec:
          template: {name: rendu}
          timeZone: Etc/UTC
          storage: {size: 2Gi, submissionsSize: 1Gi}
          students: [{login: student01}, {login: student02}, {login: student03}, {login: student04}]
          lessons:
          - {name: tp1, start: "{{started.AddHours(-3):yyyy-MM-ddTHH:mm}}", end: "{{started.AddHours(-1):yyyy-MM-ddTHH:mm}}", handInUntil: "{{deadline:yyyy-MM-ddTHH:mm}}"}
        """;
}
