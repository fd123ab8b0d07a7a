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

    public RetentionTests(LocalClassroom classroom) => ArgumentNullException.ThrowIfNull(classroom);

    [Fact]
    public async Task Work_is_archived_deleted_and_brought_back()
    {
        await LocalClassroom.ApplyAsync(Manifest(validity: "", retention: ""));
        await course.UntilAsync(course => course.Status?.Ready == "2/2");
        await course.InPodAsync("student01", "mkdir -p tp && echo 'mon travail' > 'tp/réponse.py' && ln -s /etc/passwd lien && chmod 700 tp");
        await course.InPodAsync("student02", "echo autre > tp2.py");
        // So that there is time for something to go wrong.
        await course.InPodAsync("student02", "head -c 150M /dev/urandom > grand.bin");

        await LocalClassroom.ApplyAsync(Manifest("validity: {until: 2026-01-31}", "retention: {keepFor: 1m, deleteAfter: 1m}"));
        await course.CrashWhileRunningAsync("archive");
        var archived = await course.UntilAsync(course => course.Status?.Retention?.Step == RetentionStep.Archived, TimeSpan.FromMinutes(4));
        Assert.Equal((2, 0), (archived.Status!.Retention!.Archived!.Value, archived.Status.Retention.Failed!.Value));
        var (homes, archive) = (await FolderOfAsync("homes"), await FolderOfAsync("archive"));
        var seat = Path.GetFileName(Directory.GetDirectories(Path.Combine(homes, "homes"), "student01-*").Single());
        // As an administrator reads it: with tar.
        Assert.Equal("mon travail\n", await Command.RunAsync("tar", ["-xzOf", Path.Combine(archive, $"{seat}.tar.gz"), "home/tp/réponse.py"], CancellationToken.None));
        Assert.Equal("student01", JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(archive, $"{seat}.json")))!["login"]!.GetValue<string>());
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(homes, "homes")).Length);

        var deleted = await course.UntilAsync(course => course.Status?.Retention?.Step == RetentionStep.Deleted, TimeSpan.FromMinutes(4));
        Assert.Equal((2, 0), (deleted.Status!.Retention!.Deleted!.Value, deleted.Status.Retention.Failed!.Value));
        Assert.Empty(Directory.GetDirectories(Path.Combine(homes, "homes")));

        var said = await LocalClassroom.MesonetAsync("course", "restore", Course, "student01");
        Assert.Contains("The home of student01 is back as it was", said, StringComparison.Ordinal);
        Assert.Contains("set spec.validity.until to a later day", said, StringComparison.Ordinal);
        Assert.Equal("mon travail\n", await File.ReadAllTextAsync(Path.Combine(homes, "homes", seat, "tp", "réponse.py")));

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

    private async Task<string> FolderOfAsync(string what)
    {
        var claim = JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pvc", "-n", course.Namespace, $"{Course}-{what}", "-o", "json")).Output)!;
        var volume = JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pv", claim["spec"]!["volumeName"]!.GetValue<string>(), "-o", "json")).Output)!;
        return volume["spec"]!["hostPath"]!["path"]!.GetValue<string>();
    }

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
