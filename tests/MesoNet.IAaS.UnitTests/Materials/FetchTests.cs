namespace MesoNet.IAaS.UnitTests.Materials;

public sealed class FetchTests : IDisposable
{
    private readonly CourseVolume course = new();

    public void Dispose() => course.Dispose();

    [Theory]
    [InlineData("REF", "nowhere", "RefNotFound")]
    [InlineData("REF", "0123456789abcdef0123456789abcdef01234567", "RefNotFound")]
    [InlineData("REPOSITORY", "file:///nowhere", "RepositoryNotFound")]
    [InlineData("REPOSITORY", "git://127.0.0.1:1/nothing", "RepositoryUnreachable")]
    [InlineData("CODE_PATH", "tp", "PathNotFound")]
    [InlineData("CODE_PATH", "tp1.py", "PathNotFound")]
    [InlineData("DOCUMENTS_PATH", "lien", "PathNotFound")]
    public async Task What_is_not_there_is_told_and_homes_stay_as_they_are(string setting, string value, string reason)
    {
        course.Settings["PROTOCOLS"] = "file:git";
        course.Teach(() =>
        {
            course.Write("tp1.py", "1");
            File.CreateSymbolicLink(Path.Combine(course.Repository, "lien"), "/etc");
        });
        await course.RunAsync();
        var before = course.Snapshot("alice");
        course.Settings[setting] = value;
        Assert.Equal(reason, (await course.FailAsync()).Reason);
        Assert.Equal(before, course.Snapshot("alice"));
    }

    [Fact]
    public async Task Files_of_submodules_are_copied_as_the_others()
    {
        using var other = new CourseVolume();
        other.Teach(() => other.Write("outils/aide.py", "aide"));
        course.Teach(() =>
        {
            course.Write("tp/tp1.py", "1");
            course.Git("submodule", "--quiet", "add", $"file://{other.Repository}", "tp/lib");
        });
        course.Settings["CODE_PATH"] = "tp";
        await course.RunAsync();
        Assert.Equal("aide", course.Read("bob", "lib/outils/aide.py"));
        Assert.Equal("", course.GitIn("bob", "status", "--porcelain"));
    }

    [Fact]
    public async Task A_submodule_of_which_nothing_says_where_it_is_is_told()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        course.Git("update-index", "--add", "--cacheinfo", $"160000,{course.Git("rev-parse", "HEAD").Trim()},perdu");
        course.Git("-c", "user.name=teacher", "-c", "user.email=teacher@mesonet.test", "commit", "--quiet", "--message", "a gitlink alone");
        var (reason, detail) = await course.FailAsync();
        Assert.Equal("SubmoduleUnknown", reason);
        Assert.Contains("perdu", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_repository_says_of_archives_and_line_ends_changes_no_file()
    {
        course.Teach(() =>
        {
            course.Write(".gitattributes", "*.csv export-ignore\n*.txt text eol=crlf\n");
            course.Write("donnees.csv", "1");
            course.Write("lignes.txt", "a\nb\n");
        });
        await course.RunAsync();
        Assert.Equal(("1", "a\nb\n"), (course.Read("bob", "donnees.csv"), course.Read("bob", "lignes.txt")));
    }

    [Fact]
    public async Task A_file_in_LFS_needs_git_lfs_which_is_told()
    {
        course.Teach(() => course.Write("grand.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"));
        var tools = Directory.CreateDirectory(Path.Combine(course.Folder, "tools"));
        var lfs = Path.Combine(tools.FullName, "git-lfs");
        await File.WriteAllTextAsync(lfs, "#!/bin/sh\nexit 1\n");
        File.SetUnixFileMode(lfs, (UnixFileMode)0x1ed);
        course.Settings["PATH"] = $"{tools.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        var (reason, detail) = await course.FailAsync();
        Assert.Equal("LargeFilesUnavailable", reason);
        Assert.Contains("grand.bin", detail, StringComparison.Ordinal);

        // One that stands for it: what it gives for the pointer is the file.
        await File.WriteAllTextAsync(lfs, "#!/bin/sh\nif [ \"$1\" = smudge ]; then printf 'le contenu'; fi\n");
        await course.RunAsync();
        Assert.Equal("le contenu", course.Read("alice", "grand.bin"));
    }

    [Theory]
    [InlineData("ssh://git@git.test/course.git", "ssh-privatekey and known_hosts")]
    [InlineData("https://git.test/course.git", "username and password")]
    public async Task A_Secret_without_its_keys_is_told(string repository, string missing)
    {
        course.Settings["REPOSITORY"] = repository;
        course.Settings["KEYS"] = Directory.CreateDirectory(Path.Combine(course.Folder, "keys")).FullName;
        var (reason, detail) = await course.FailAsync();
        Assert.Equal("KeyMissing", reason);
        Assert.StartsWith(missing, detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("git@git.test: Permission denied (publickey).", "KeyRefused")]
    [InlineData("Host key verification failed.", "KeyRefused")]
    [InlineData("ssh: connect to host git.test port 22: Connection refused", "RepositoryUnreachable")]
    // As GitLab and GitHub answer to a key that is good elsewhere.
    [InlineData("ERROR: The project you were looking for could not be found or you don't have permission to view it.", "RepositoryNotFound")]
    [InlineData("ERROR: Repository not found.", "RepositoryNotFound")]
    public async Task The_key_of_the_Secret_is_what_ssh_is_given_and_its_refusal_is_told(string says, string expected)
    {
        var keys = Directory.CreateDirectory(Path.Combine(course.Folder, "keys")).FullName;
        await File.WriteAllTextAsync(Path.Combine(keys, "ssh-privatekey"), "the key");
        await File.WriteAllTextAsync(Path.Combine(keys, "known_hosts"), "git.test ssh-ed25519 AAAA");
        var tools = Directory.CreateDirectory(Path.Combine(course.Folder, "tools"));
        var ssh = Path.Combine(tools.FullName, "ssh");
        await File.WriteAllTextAsync(ssh, $"#!/bin/sh\nwhile [ $# -gt 0 ]; do [ \"$1\" != -i ] || {{ cat \"$2\" > {course.Folder}/seen; stat -c %a \"$2\" >> {course.Folder}/seen; }}; shift; done\necho \"{says}\" >&2\nexit 255\n");
        File.SetUnixFileMode(ssh, (UnixFileMode)0x1ed);
        course.Settings["PATH"] = $"{tools.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        course.Settings["PROTOCOLS"] = "ssh";
        course.Settings["REPOSITORY"] = "ssh://git@git.test/course.git";
        course.Settings["KEYS"] = keys;
        Assert.Equal(expected, (await course.FailAsync()).Reason);
        Assert.Equal("the key\n600\n", await File.ReadAllTextAsync(Path.Combine(course.Folder, "seen")));
    }

    [Fact]
    public async Task A_repository_on_the_Jobs_own_disk_is_refused()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        course.Settings["PROTOCOLS"] = "https:http:ssh:git";
        Assert.NotEqual("", (await course.FailAsync()).Reason);
        Assert.False(course.Exists("alice", "tp1.py"));
    }
}
