using System.Security.Cryptography;

namespace MesoNet.IAaS.UnitTests.Materials;

/// <summary>An update, with each kind of change on each side.</summary>
public sealed class UpdateTests : IDisposable
{
    private readonly CourseVolume course = new();

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task What_nobody_changed_follows_and_what_a_student_changed_stays_with_the_new_version_beside()
    {
        course.Teach(() =>
        {
            course.Write("tp1.py", "1");
            course.Write("sous/tp2.py", "2");
            course.Write("même.py", "m");
        });
        await course.RunAsync();
        Change("alice", "tp1.py", "à moi");
        Change("bob", "même.py", "à moi");
        var commit = course.Teach(() =>
        {
            course.Write("tp1.py", "1 bis");
            course.Write("sous/tp2.py", "2 bis");
            course.Write("sous/neuf/tp3.py", "3");
        });
        var said = await course.RunAsync();

        Assert.Equal((2, 1, 0), (said["updated"]!.GetValue<int>(), said["conflicts"]!.GetValue<int>(), said["failed"]!.GetValue<int>()));
        Assert.Equal("""[{"home":"alice","file":"tp1.py","more":0}]""", said["named"]!.ToJsonString());
        var beside = $"tp1.nouveau-{commit[..7]}.py";
        Assert.Equal($"added: sous/neuf/tp3.py; kept: tp1.py (changed, {beside}); updated: sous/tp2.py", course.Told("alice"));
        Assert.Equal("added: sous/neuf/tp3.py; updated: sous/tp2.py, tp1.py", course.Told("bob"));
        Assert.Equal(("à moi", "1 bis", "2 bis", "3"), (course.Read("alice", "tp1.py"), course.Read("alice", beside), course.Read("alice", "sous/tp2.py"), course.Read("alice", "sous/neuf/tp3.py")));
        Assert.Equal(("1 bis", "à moi"), (course.Read("bob", "tp1.py"), course.Read("bob", "même.py")));
        Assert.Contains("-1 bis", course.GitIn("alice", "diff", "cours/main", "--", "tp1.py"), StringComparison.Ordinal);
        course.GitIn("alice", "fsck");
    }

    [Fact]
    public async Task What_both_changed_alike_is_no_conflict()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        await course.RunAsync();
        Change("alice", "tp1.py", "2");
        course.Teach(() => course.Write("tp1.py", "2"));
        await course.RunAsync();
        Assert.Equal("updated: tp1.py", course.Told("alice"));
    }

    [Fact]
    public async Task What_the_teacher_removed_or_renamed_goes_where_it_was_not_changed()
    {
        course.Teach(() =>
        {
            course.Write("vieux/tp1.py", "1");
            course.Write("vieux/tp2.py", "2");
        });
        await course.RunAsync();
        Change("alice", "vieux/tp1.py", "à moi");
        course.Teach(() =>
        {
            Directory.Delete(Path.Combine(course.Repository, "vieux"), recursive: true);
            course.Write("neuf/tp1.py", "1");
        });
        await course.RunAsync();
        Assert.Equal("added: neuf/tp1.py; kept: vieux/tp1.py (removed); removed: vieux/tp2.py", course.Told("alice"));
        Assert.Equal("added: neuf/tp1.py; removed: vieux/tp2.py, vieux/tp1.py", course.Told("bob"));
        Assert.Equal("à moi", course.Read("alice", "vieux/tp1.py"));
        Assert.False(course.Exists("bob", "vieux"));
    }

    [Fact]
    public async Task What_a_student_deleted_stays_deleted_until_the_teacher_changes_it()
    {
        course.Teach(() =>
        {
            course.Write("tp1.py", "1");
            course.Write("tp2.py", "2");
        });
        await course.RunAsync();
        File.Delete(course.InHome("alice", "tp1.py"));
        course.Teach(() => course.Write("tp2.py", "2 bis"));
        await course.RunAsync();
        Assert.False(course.Exists("alice", "tp1.py"));
        Assert.Equal("deleted: tp1.py; updated: tp2.py", course.Told("alice"));
        course.Teach(() => course.Write("tp1.py", "1 bis"));
        await course.RunAsync();
        Assert.Equal("1 bis", course.Read("alice", "tp1.py"));
    }

    [Fact]
    public async Task A_notebook_that_was_only_run_follows_and_one_with_another_cell_stays()
    {
        course.Teach(() => course.Write("tp.ipynb", Notebook("x = 1", null)));
        await course.RunAsync();
        Change("alice", "tp.ipynb", Notebook("x = 1", 7));
        Change("bob", "tp.ipynb", Notebook("x = 2", null));
        var commit = course.Teach(() => course.Write("tp.ipynb", Notebook("x = 3", null)));
        await course.RunAsync();
        Assert.Equal(Notebook("x = 3", null), course.Read("alice", "tp.ipynb"));
        Assert.Equal(Notebook("x = 2", null), course.Read("bob", "tp.ipynb"));
        Assert.Equal($"kept: tp.ipynb (changed, tp.nouveau-{commit[..7]}.ipynb)", course.Told("bob"));

        // The teacher ran it, and nothing else: whose cells are other ones has no conflict, who ran it keeps their outputs.
        Change("carol", "tp.ipynb", Notebook("x = 3", 9));
        course.Teach(() => course.Write("tp.ipynb", Notebook("x = 3", 4)));
        await course.RunAsync();
        Assert.Equal("", course.Told("bob"));
        Assert.Equal(Notebook("x = 3", 9), course.Read("carol", "tp.ipynb"));
        Assert.Equal(Notebook("x = 3", 4), course.Read("alice", "tp.ipynb"));
    }

    [Fact]
    public async Task Binary_files_links_modes_and_fifty_megabytes_follow()
    {
        var large = RandomNumberGenerator.GetBytes(50 << 20);
        course.Homes.Remove("carol");
        course.Teach(() =>
        {
            course.WriteBytes("grand.bin", large);
            course.Write("lance.sh", "#!/bin/sh\n");
            course.Write("cible.py", "c");
            File.CreateSymbolicLink(Path.Combine(course.Repository, "lien"), "lance.sh");
            File.CreateSymbolicLink(Path.Combine(course.Repository, "autre"), "lance.sh");
        });
        await course.RunAsync();
        Assert.Equal(large, await File.ReadAllBytesAsync(course.InHome("alice", "grand.bin")));
        File.Delete(course.InHome("alice", "autre"));
        File.CreateSymbolicLink(course.InHome("alice", "autre"), "/etc/passwd");
        large[12345]++;
        var commit = course.Teach(() =>
        {
            course.WriteBytes("grand.bin", large);
            File.SetUnixFileMode(Path.Combine(course.Repository, "lance.sh"), (UnixFileMode)0x1ed);
            foreach (var link in new[] { "lien", "autre" })
            {
                File.Delete(Path.Combine(course.Repository, link));
                File.CreateSymbolicLink(Path.Combine(course.Repository, link), "cible.py");
            }
        });
        await course.RunAsync();
        Assert.Equal(large, await File.ReadAllBytesAsync(course.InHome("alice", "grand.bin")));
        Assert.True(File.GetUnixFileMode(course.InHome("alice", "lance.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal("cible.py", new FileInfo(course.InHome("alice", "lien")).LinkTarget);
        Assert.Equal("/etc/passwd", new FileInfo(course.InHome("alice", "autre")).LinkTarget);
        Assert.Equal("cible.py", new FileInfo(course.InHome("alice", $"autre.nouveau-{commit[..7]}")).LinkTarget);
    }

    [Fact]
    public async Task A_file_becomes_a_folder_and_a_folder_a_file()
    {
        course.Teach(() =>
        {
            course.Write("a", "fichier");
            course.Write("b/dedans", "dossier");
        });
        await course.RunAsync();
        await File.WriteAllTextAsync(course.InHome("bob", "b/à moi"), "x");
        var commit = course.Teach(() =>
        {
            File.Delete(Path.Combine(course.Repository, "a"));
            Directory.Delete(Path.Combine(course.Repository, "b"), recursive: true);
            course.Write("a/dedans", "dossier");
            course.Write("b", "fichier");
        });
        await course.RunAsync();
        Assert.Equal(("dossier", "fichier"), (course.Read("alice", "a/dedans"), course.Read("alice", "b")));
        Assert.Equal(("x", "fichier"), (course.Read("bob", "b/à moi"), course.Read("bob", $"b.nouveau-{commit[..7]}")));
    }

    [Fact]
    public async Task Running_it_twice_changes_nothing_and_says_the_same()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        await course.RunAsync();
        Change("alice", "tp1.py", "à moi");
        course.Teach(() => course.Write("tp1.py", "2"));
        var first = (await course.RunAsync()).ToJsonString();
        var before = course.Snapshot("alice");
        Assert.Equal(first, (await course.RunAsync()).ToJsonString());
        Assert.Equal(before, course.Snapshot("alice"));
    }

    [Fact]
    public async Task The_last_word_stays_within_what_a_pod_may_say()
    {
        course.Homes.AddRange(Enumerable.Range(1, 60).Select(i => $"student{i:000}"));
        var name = new string('é', 120) + ".py";
        course.Teach(() => course.Write(name, "1"));
        await course.RunAsync();
        foreach (var home in course.Homes) Change(home, name, "à moi");
        course.Teach(() => course.Write(name, "2"));
        var said = await course.RunAsync();
        Assert.Equal(63, said["conflicts"]!.GetValue<int>());
        Assert.InRange(new FileInfo(Path.Combine(course.Folder, "message")).Length, 1, 4096);
    }

    private void Change(string home, string path, string text) => File.WriteAllText(course.InHome(home, path), text);

    private static string Notebook(string source, int? executed) =>
        "{\"cells\": [{\"cell_type\": \"code\", \"execution_count\": " + (executed?.ToString() ?? "null") + ", \"metadata\": {\"x\": " + (executed ?? 0)
        + "}, \"outputs\": [" + (executed is null ? "" : "{\"output_type\": \"stream\", \"text\": [\"" + executed + "\"]}") + "], \"source\": [\"" + source + "\"]}], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 5}";
}
