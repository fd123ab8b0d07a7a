namespace MesoNet.IAaS.UnitTests.Materials;

public sealed class FirstCopyTests : IDisposable
{
    private readonly CourseVolume course = new();

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task Each_home_has_the_folder_of_the_commit_with_every_kind_of_file()
    {
        var binary = new byte[] { 0, 255, 10, 13, 0 };
        var commit = course.Teach(() =>
        {
            course.Write("tp/tp1.py", "print(1)\n");
            course.Write("tp/Données d'été/énoncé n°1.txt", "à lire\n");
            course.WriteBytes("tp/images/a.bin", binary);
            course.Write("tp/lance.sh", "#!/bin/sh\n");
            File.SetUnixFileMode(Path.Combine(course.Repository, "tp/lance.sh"), (UnixFileMode)0x1ed);
            File.CreateSymbolicLink(Path.Combine(course.Repository, "tp/lien.py"), "tp1.py");
            course.Write("cours/sujet.md", "le sujet\n");
            course.Write("privé.txt", "pas pour les étudiants\n");
        });
        course.Settings["CODE_PATH"] = "tp";
        course.Settings["DOCUMENTS_PATH"] = "cours";
        course.Settings["DOCUMENTS_KEY"] = "key";
        course.Settings["LINKS"] = "data documents";
        var said = await course.RunAsync();
        Assert.Equal((commit, 3, 0), (said["commit"]!.GetValue<string>(), said["copied"]!.GetValue<int>(), said["updated"]!.GetValue<int>()));
        foreach (var home in course.Homes)
        {
            Assert.Equal("print(1)\n", course.Read(home, "tp1.py"));
            Assert.Equal("à lire\n", course.Read(home, "Données d'été/énoncé n°1.txt"));
            Assert.Equal(binary, await File.ReadAllBytesAsync(course.InHome(home, "images/a.bin")));
            Assert.True(File.GetUnixFileMode(course.InHome(home, "lance.sh")).HasFlag(UnixFileMode.UserExecute));
            Assert.False(File.GetUnixFileMode(course.InHome(home, "tp1.py")).HasFlag(UnixFileMode.UserExecute));
            Assert.Equal("tp1.py", new FileInfo(course.InHome(home, "lien.py")).LinkTarget);
            Assert.False(course.Exists(home, "privé.txt"));
            Assert.Equal("/documents", new FileInfo(Path.Combine(course.Volume, "homes", home, "documents")).LinkTarget);
            Assert.Equal((UnixFileMode)0x1c0, File.GetUnixFileMode(Path.Combine(course.Volume, "homes", home)));
        }

        Assert.Equal("le sujet\n", await File.ReadAllTextAsync(Path.Combine(course.Volume, "documents", $"{course.Git("rev-parse", $"{commit}:cours").Trim()}-key", "sujet.md")));
    }

    [Fact]
    public async Task Each_copy_is_a_repository_in_which_a_student_sees_what_they_changed()
    {
        course.Teach(() => course.Write("tp1.py", "print(1)\n"));
        await course.RunAsync();
        Assert.Equal("", course.GitIn("alice", "status", "--porcelain"));
        Assert.Single(course.GitIn("alice", "log", "--oneline").TrimEnd().Split('\n'));
        course.GitIn("alice", "fsck", "--strict");
        await File.WriteAllTextAsync(course.InHome("alice", "tp1.py"), "print(2)\n");
        Assert.Contains("+print(2)", course.GitIn("alice", "diff"), StringComparison.Ordinal);
        course.GitIn("alice", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--all", "--message", "fait");
        Assert.Contains("+print(2)", course.GitIn("alice", "diff", "cours/main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_joins_late_gets_the_newest_though_its_commit_has_vanished_and_the_others_are_left_alone()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        await course.RunAsync();
        var newest = course.Teach(() => course.Write("tp1.py", "2"));
        await course.RunAsync();
        var before = course.Snapshot("alice");
        Directory.Delete(Path.Combine(course.Repository, ".git"), recursive: true);
        course.Settings["REF"] = newest;
        course.Homes.Add("dave");
        var said = await course.RunAsync();
        Assert.Equal((1, 3), (said["copied"]!.GetValue<int>(), said["updated"]!.GetValue<int>()));
        Assert.Equal("2", course.Read("dave", "tp1.py"));
        Assert.Single(course.GitIn("dave", "log", "--oneline").TrimEnd().Split('\n'));
        Assert.Equal(before, course.Snapshot("alice"));
    }

    [Fact]
    public async Task A_folder_from_before_there_were_updates_stays_as_it_is()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        Directory.CreateDirectory(course.InHome("alice"));
        await File.WriteAllTextAsync(course.InHome("alice", "tp1.py"), "à moi");
        await course.RunAsync();
        Assert.Equal("à moi", course.Read("alice", "tp1.py"));
        Assert.Contains("tp1.py", course.GitIn("alice", "status", "--porcelain"), StringComparison.Ordinal);
        course.Teach(() => course.Write("tp1.py", "2"));
        await course.RunAsync();
        Assert.Equal("à moi", course.Read("alice", "tp1.py"));
    }

    [Fact]
    public async Task A_folder_that_the_student_took_away_is_copied_anew()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        await course.RunAsync();
        Directory.Delete(course.InHome("alice"), recursive: true);
        await course.RunAsync();
        Assert.Equal("1", course.Read("alice", "tp1.py"));
    }

    [Fact]
    public async Task A_course_without_code_has_homes_all_the_same()
    {
        course.Settings["REPOSITORY"] = "";
        course.Settings["LINKS"] = "data";
        await course.RunAsync();
        Assert.Equal("/data", new FileInfo(Path.Combine(course.Volume, "homes", "bob", "data")).LinkTarget);
    }
}
