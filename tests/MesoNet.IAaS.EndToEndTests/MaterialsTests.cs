using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>A teacher changes the code of a running course: a real repository, real Jobs, students who have worked on their copies.</summary>
[Collection(CrashCollection.Name)]
public sealed class MaterialsTests : IDisposable
{
    private const string Course = "maj";
    private readonly OwnCourse course = new(Course);
    private readonly JobCrash crash;
    private readonly DirectoryInfo work = Directory.CreateTempSubdirectory("mesonet-maj-");

    public MaterialsTests(LocalClassroom classroom, ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(classroom);
        crash = new(course, output);
    }

    public void Dispose() => work.Delete(recursive: true);

    [Fact]
    public async Task A_change_of_the_code_reaches_each_student_and_takes_nothing_from_them()
    {
        var first = await PublishAsync("v1", FirstVersion);
        var given = Published();
        await LocalClassroom.ApplyAsync(Manifest("v1", "student01", "student02"));
        await crash.StrikeAsync("materials", within: TimeSpan.FromSeconds(4.5));
        var homes = Path.Combine(await course.FolderOfAsync("homes"), "homes");
        Assert.All(Copies(homes), copy => Assert.Equal(given, copy.Value));
        await course.UntilAsync(course => course.Status?.Materials?.Commit == first && course.Status.Ready == "2/2");
        AssertCopies(homes, given, "student01", "student02");
        var pods = await course.SeatPodsAsync();

        foreach (var student in new[] { "student01", "student02" }) Assert.Equal("", await course.InPodAsync(student, "cd cours-maj && git status --porcelain && git fsck 2>/dev/null"));
        await course.InPodAsync("student01", "cd cours-maj && echo 'à moi' > tp1.py && rm \"données d'été/a lire.txt\" && echo 'à moi' > vieux.py && echo note > notes.txt && echo 'à moi' > stable.py");
        await course.InPodAsync("student02", "cd cours-maj && python3 -m nbconvert --to notebook --execute --inplace tp2.ipynb 2>/dev/null && grep -q 42 tp2.ipynb");

        // A ref that does not exist takes nothing away, and is told.
        await LocalClassroom.ApplyAsync(Manifest("v9", "student01", "student02"));
        await course.UntilAsync(course => MaterialsOf(course).Reason == "RefNotFound" && course.Status!.Ready == "2/2");

        var before = Copies(homes);
        var second = await PublishAsync("v2", SecondVersion);
        await LocalClassroom.ApplyAsync(Manifest("v2", "student01", "student02", "student03"));
        await crash.StrikeAsync("materials", within: TimeSpan.FromSeconds(0.6), atHomes: true);
        AssertEachFileIsWhole(before, Copies(homes), second);
        var updated = await course.UntilAsync(course => course.Status?.Materials?.Commit == second && course.Status.Ready == "3/3" && MaterialsOf(course).Status == "True");

        Assert.Equal((1, 1, 0), (updated.Status!.Materials!.Updated!.Value, updated.Status.Materials.Conflicts!.Value, updated.Status.Materials.Failed!.Value));
        Assert.Contains("1 updated, 1 has conflicts: student01 (vieux.py and 1 more).", MaterialsOf(updated).Message, StringComparison.Ordinal);
        await AssertHomesAsync(second);
        AssertCopies(homes, Published(), "student02", "student03");
        await AssertReportAsync(second);
        var now = await course.SeatPodsAsync();
        Assert.All(pods, pod => Assert.Equal(pod.Value, now[pod.Key]));
        await course.DeleteAsync();
    }

    // Whatever the moment: each file is the one from before or the one that is to come, and what the student alone has is there.
    private void AssertEachFileIsWhole(Dictionary<string, SortedDictionary<string, string>> before, Dictionary<string, SortedDictionary<string, string>> now, string commit)
    {
        var coming = Published();
        coming.Add($"tp1.nouveau-{commit[..7]}.py", coming["tp1.py"]);
        foreach (var (student, copy) in now)
        {
            var had = before.GetValueOrDefault(student);
            // Who is new has a whole copy.
            if (had is null) Assert.Equal(Published(), copy);
            else Assert.All(copy, file => Assert.Contains(file.Value, new[] { had.GetValueOrDefault(file.Key), coming.GetValueOrDefault(file.Key) }));
        }

        Assert.All(new[] { "tp1.py", "vieux.py", "notes.txt", "stable.py" }, file => Assert.Equal(before["student01"][file], now["student01"].GetValueOrDefault(file)));
        // What both versions have is never away.
        Assert.All(before, home => Assert.Empty(home.Value.Keys.Intersect(coming.Keys).Except(now[home.Key].Keys)));
    }

    // These students have what the course gives, and in no home anything is left of what was cut short.
    private static void AssertCopies(string homes, SortedDictionary<string, string> given, params string[] students)
    {
        var copies = Copies(homes);
        Assert.All(students, student => Assert.Equal(given, copies[student]));
        Assert.All(Directory.GetDirectories(homes), home => Assert.Empty(Directory.GetFileSystemEntries(home, ".mesonet-new")));
    }

    // The course's folder in each home that has one, by login.
    private static Dictionary<string, SortedDictionary<string, string>> Copies(string homes) => Directory.Exists(homes)
        ? Directory.GetDirectories(homes).Where(home => Path.Exists(Path.Combine(home, "cours-maj"))).ToDictionary(home => Path.GetFileName(home).Split('-')[0], home => FileSnapshot.Of(Path.Combine(home, "cours-maj")))
        : [];

    private SortedDictionary<string, string> Published() => FileSnapshot.Of(Path.Combine(work.FullName, "teacher", "tp"));

    private async Task AssertHomesAsync(string commit)
    {
        var beside = $"tp1.nouveau-{commit[..7]}.py";
        Assert.Equal("à moi\nprint(2)\nà moi\nnote\n", await course.InPodAsync("student01", $"cd cours-maj && cat tp1.py {beside} vieux.py notes.txt"));
        Assert.Equal("1\n", await course.InPodAsync("student01", "cd cours-maj && ls -d donn* 2>/dev/null | wc -l"));
        Assert.Contains("-print(2)", await course.InPodAsync("student01", "cd cours-maj && git diff cours/main -- tp1.py"), StringComparison.Ordinal);
        Assert.Equal("print(2)\nneuf\n", await course.InPodAsync("student02", "cd cours-maj && cat tp1.py \"sous/fichier neuf é.txt\" && ! test -e vieux.py && ! grep -q 42 tp2.ipynb"));
        foreach (var student in new[] { "student01", "student02", "student03" })
        {
            Assert.Equal("tp1.py\n", await course.InPodAsync(student, "cd cours-maj && readlink lien && test $(readlink vers) = stable.py && grep -q renommé après.py && ! test -e avant.py && test -x lance.sh && test $(stat -c %s grand.bin) = 52428800 && git fsck 2>/dev/null"));
        }

        // What the student alone changed stays, and is no conflict.
        Assert.Equal("à moi\n", await course.InPodAsync("student01", "cat cours-maj/stable.py"));
        Assert.Equal("", await course.InPodAsync("student03", "cd cours-maj && git status --porcelain"));
        // The documents of the new commit are in new pods; those that run keep what they had.
        Assert.Equal("sujet 1\n", await course.InPodAsync("student01", "cat /documents/sujet.md"));
        Assert.Equal("sujet 2\n", await course.InPodAsync("student03", "cat /documents/sujet.md"));
    }

    private static async Task AssertReportAsync(string commit)
    {
        var report = JsonNode.Parse(await LocalClassroom.MesonetAsync("course", "report", Course, "-o", "json"))!;
        Assert.Equal(commit, report["commit"]!.GetValue<string>());
        var students = report["students"]!.AsArray().ToDictionary(student => student!["login"]!.GetValue<string>(), student => student!);
        Assert.Equal("""["vieux.py","tp1.py"]""", new JsonArray([.. students["student01"]["kept"]!.AsArray().Select(kept => kept!["file"]!.DeepClone())]).ToJsonString());
        Assert.Single(students["student01"]["deleted"]!.AsArray());
        Assert.Null(students["student02"]["kept"]);
        Assert.Equal(["grand.bin", "tp1.py", "tp2.ipynb", "vers"], students["student02"]["updated"]!.AsArray().Select(file => file!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(["avant.py", "vieux.py"], students["student02"]["removed"]!.AsArray().Select(file => file!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.NotNull(students["student03"]["copied"]);
        var text = await LocalClassroom.MesonetAsync("course", "report", Course);
        Assert.Contains($"tp1.py: the student changed it; the new one is tp1.nouveau-{commit[..7]}.py", text, StringComparison.Ordinal);
        Assert.Contains("first copy", text, StringComparison.Ordinal);
    }

    private static void FirstVersion(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "tp", "données d'été"));
        Directory.CreateDirectory(Path.Combine(folder, "cours"));
        File.WriteAllText(Path.Combine(folder, "tp", "tp1.py"), "print(1)\n");
        File.WriteAllText(Path.Combine(folder, "tp", "vieux.py"), "vieux\n");
        File.WriteAllText(Path.Combine(folder, "tp", "tp2.ipynb"), Notebook("print(6 * 7)"));
        File.WriteAllText(Path.Combine(folder, "tp", "données d'été", "a lire.txt"), "lire\n");
        File.WriteAllText(Path.Combine(folder, "tp", "données d'été", "autre.txt"), "autre\n");
        File.WriteAllText(Path.Combine(folder, "tp", "lance.sh"), "#!/bin/sh\n");
        File.SetUnixFileMode(Path.Combine(folder, "tp", "lance.sh"), (UnixFileMode)0x1ed);
        File.WriteAllBytes(Path.Combine(folder, "tp", "grand.bin"), RandomNumberGenerator.GetBytes(50 << 20));
        File.CreateSymbolicLink(Path.Combine(folder, "tp", "lien"), "tp1.py");
        File.WriteAllText(Path.Combine(folder, "tp", "stable.py"), "stable\n");
        File.WriteAllText(Path.Combine(folder, "tp", "avant.py"), "renommé\n");
        File.CreateSymbolicLink(Path.Combine(folder, "tp", "vers"), "tp1.py");
        File.WriteAllText(Path.Combine(folder, "cours", "sujet.md"), "sujet 1\n");
    }

    private static void SecondVersion(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "tp", "sous"));
        File.WriteAllText(Path.Combine(folder, "tp", "tp1.py"), "print(2)\n");
        File.WriteAllText(Path.Combine(folder, "tp", "tp2.ipynb"), Notebook("print(6 * 8)"));
        File.WriteAllText(Path.Combine(folder, "tp", "sous", "fichier neuf é.txt"), "neuf\n");
        File.WriteAllBytes(Path.Combine(folder, "tp", "grand.bin"), RandomNumberGenerator.GetBytes(50 << 20));
        File.Delete(Path.Combine(folder, "tp", "vieux.py"));
        File.Move(Path.Combine(folder, "tp", "avant.py"), Path.Combine(folder, "tp", "après.py"));
        File.Delete(Path.Combine(folder, "tp", "vers"));
        File.CreateSymbolicLink(Path.Combine(folder, "tp", "vers"), "stable.py");
        File.WriteAllText(Path.Combine(folder, "cours", "sujet.md"), "sujet 2\n");
    }

    private static string Notebook(string source) =>
        """{"cells": [{"cell_type": "code", "execution_count": null, "id": "a", "metadata": {}, "outputs": [], "source": ["SOURCE"]}], "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}"""
            .Replace("SOURCE", source, StringComparison.Ordinal);

    private async Task<string> PublishAsync(string tag, Action<string> change)
    {
        var (folder, bare) = (Path.Combine(work.FullName, "teacher"), Path.Combine(LocalClassroom.RepositoryFolder, "maj.git"));
        if (!Directory.Exists(folder))
        {
            await Command.RunAsync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare], CancellationToken.None);
            await Command.RunAsync("git", ["init", "--quiet", "--initial-branch=main", folder], CancellationToken.None);
        }

        change(folder);
        await Command.RunAsync("git", ["-C", folder, "add", "--all"], CancellationToken.None);
        await Command.RunAsync("git", ["-C", folder, "-c", "user.name=teacher1", "-c", "user.email=teacher1@mesonet.test", "commit", "--quiet", "--message", tag], CancellationToken.None);
        await Command.RunAsync("git", ["-C", folder, "tag", tag], CancellationToken.None);
        await Command.RunAsync("git", ["-C", folder, "push", "--quiet", bare, "main", tag], CancellationToken.None);
        return (await Command.RunAsync("git", ["-C", folder, "rev-parse", "HEAD"], CancellationToken.None)).Trim();
    }

    private static MesoNet.IAaS.Kubernetes.Objects.Condition MaterialsOf(ClassroomEnvironment course) => course.Status!.Conditions!.Single(condition => condition.Type == "MaterialsReady");

    private string Manifest(string reference, params string[] students) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{course.Namespace}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: CourseTemplate
        metadata: {name: maj}
        spec:
          title: Un cours mis à jour
          image: localhost/mesonet/pytorch:2.6
          code: {repository: "git://git.mesonet.test/maj.git", ref: {{reference}}, path: tp, directory: cours-maj}
          documents: {path: cours}
          resources:
            lesson: {cpu: 50m, memory: 400Mi}
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata: {name: {{Course}}, namespace: {{course.Namespace}} }
        spec:
          template: {name: maj}
          storage: {size: 1Gi}
          students: [{{string.Join(", ", students.Select(student => $"{{login: {student}}}"))}}]
        """;
}
