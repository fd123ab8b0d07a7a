using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>A course ends: its students' work is archived, deleted and brought back, by real Jobs on real volumes.</summary>
[Collection(CrashCollection.Name)]
public sealed class RetentionTests
{
    private const string Course = "fin";
    private readonly OwnCourse course = new(Course);
    private readonly JobCrash crash;

    public RetentionTests(LocalClassroom classroom, ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(classroom);
        crash = new(course, output);
    }

    [Fact]
    public async Task Work_is_archived_deleted_and_brought_back()
    {
        await LocalClassroom.ApplyAsync(Manifest(validity: "", retention: ""));
        await course.UntilAsync(course => course.Status?.Ready == "2/2");
        await course.InPodAsync("student01", "mkdir -p tp && echo 'mon travail' > 'tp/réponse.py' && ln -s /etc/passwd lien && chmod 700 tp");
        await course.InPodAsync("student02", "echo autre > tp2.py");
        // So that there is time for something to go wrong.
        await course.InPodAsync("student02", "head -c 150M /dev/urandom > grand.bin && mkdir petits && for i in $(seq 10000); do echo $i > petits/$i; done");
        var volume = await course.FolderOfAsync("homes");

        await LocalClassroom.ApplyAsync(Manifest("validity: {until: 2026-01-31}", "retention: {keepFor: 1m, deleteAfter: 365d}"));
        await crash.StrikeAsync("archive", within: TimeSpan.FromSeconds(5));
        var archive = await course.FolderOfAsync("archive");
        var before = Homes(volume);
        Assert.Equal(2, before.Count);
        AssertWhole(archive);
        var archived = await course.UntilAsync(course => course.Status?.Retention?.Step == RetentionStep.Archived);
        Assert.Equal((2, 0), (archived.Status!.Retention!.Archived!.Value, archived.Status.Retention.Failed!.Value));
        Assert.Equal(before, Homes(volume));
        AssertWhole(archive);
        var archives = FileSnapshot.Of(archive);
        // One for each, and nothing of what was cut short.
        Assert.Equal([".lock", .. before.Keys.SelectMany(home => new[] { $"{home}.json", $"{home}.tar.gz" }).Order(StringComparer.Ordinal)], archives.Keys);
        var seat = before.Keys.Single(home => home.StartsWith("student01-", StringComparison.Ordinal));
        // As an administrator reads it: with tar.
        Assert.Equal("mon travail\n", await Command.RunAsync("tar", ["-xzOf", Path.Combine(archive, $"{seat}.tar.gz"), "home/tp/réponse.py"], CancellationToken.None));
        Assert.Equal("student01", JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(archive, $"{seat}.json")))!["login"]!.GetValue<string>());

        // Looked out for beforehand: it is due at once.
        var strike = crash.StrikeAsync("delete", within: TimeSpan.FromSeconds(1));
        await LocalClassroom.ApplyAsync(Manifest("validity: {until: 2026-01-31}", "retention: {keepFor: 1m, deleteAfter: 1m}"));
        await strike;
        // Each home is there as it was or is gone, and the archives are the same.
        Assert.All(Homes(volume), home => Assert.Equal(before[home.Key], home.Value));
        Assert.Equal(archives, FileSnapshot.Of(archive));
        var deleted = await course.UntilAsync(course => course.Status?.Retention?.Step == RetentionStep.Deleted);
        Assert.Equal((2, 0), (deleted.Status!.Retention!.Deleted!.Value, deleted.Status.Retention.Failed!.Value));
        Assert.Empty(Homes(volume));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(volume, ".mesonet", "deleting")));
        Assert.Equal(archives, FileSnapshot.Of(archive));

        var said = await LocalClassroom.MesonetAsync("course", "restore", Course, "student01");
        Assert.Contains("The home of student01 is back as it was", said, StringComparison.Ordinal);
        Assert.Contains("set spec.validity.until to a later day", said, StringComparison.Ordinal);
        Assert.Equal(before[seat], Homes(volume)[seat]);

        await LocalClassroom.ApplyAsync(Manifest("validity: {until: 2099-01-31}", "retention: {keepFor: 1m}"));
        await course.UntilAsync(course => course.Status?.Ready == "2/2" && course.Status.Retention is null);
        Assert.Equal("mon travail\n/etc/passwd\n", await course.InPodAsync("student01", "cat tp/réponse.py && readlink lien"));
        // The other has a fresh home, and what was theirs is laid beside.
        await course.InPodAsync("student02", "! test -e tp2.py");
        Assert.Contains("are in its folder restaure-", await LocalClassroom.MesonetAsync("course", "restore", Course, "student02"), StringComparison.Ordinal);
        Assert.Equal("autre\n", await course.InPodAsync("student02", "cat restaure-*/tp2.py"));
        Assert.Contains("there is no archive", await LocalClassroom.MesonetFailsAsync("course", "restore", Course, "student99"), StringComparison.Ordinal);
        await course.DeleteAsync();
    }

    // What is in each home, by the home's name.
    private static Dictionary<string, SortedDictionary<string, string>> Homes(string volume) =>
        Directory.GetDirectories(Path.Combine(volume, "homes")).ToDictionary(home => Path.GetFileName(home), FileSnapshot.Of);

    // What has a manifest has its archive, whole.
    private static void AssertWhole(string archive) => Assert.All(Directory.GetFiles(archive, "*.json"), manifest =>
    {
        var known = JsonNode.Parse(File.ReadAllText(manifest))!["archive"]!;
        Assert.Equal(known["sha256"]!.GetValue<string>(), FileSnapshot.HashOf(Path.Combine(archive, known["name"]!.GetValue<string>())));
    });

    private string Manifest(string validity, string retention) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{course.Namespace}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: CourseTemplate
        metadata: {name: fin}
        spec:
          title: Un cours qui finit
          image: localhost/mesonet/pytorch:2.6
          resources:
            lesson: {cpu: 50m, memory: 400Mi}
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata: {name: {{Course}}, namespace: {{course.Namespace}} }
        spec:
          template: {name: fin}
          storage: {size: 1Gi}
          students: [{login: student01}, {login: student02}]
          {{validity}}
          {{retention}}
        """;
}
