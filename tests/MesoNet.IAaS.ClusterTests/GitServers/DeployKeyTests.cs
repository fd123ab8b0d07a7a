using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Planning.HomesProgram;

namespace MesoNet.IAaS.ClusterTests.GitServers;

/// <summary>Repositories that are not public, on real servers: the materials Job's program with the keys of a Secret.</summary>
public sealed class DeployKeyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mesonet-deploy-").FullName;

    public void Dispose()
    {
        using var removal = System.Diagnostics.Process.Start("rm", ["-rf", folder]);
        removal.WaitForExit();
    }

    [Fact]
    public async Task A_deploy_key_opens_the_repository_over_ssh_and_what_is_wrong_is_told()
    {
        await RepositoryAsync();
        string repository;
        await using (var server = await SshServer.StartAsync(Folder("ssh"), CancellationToken.None))
        {
            repository = $"ssh://root@127.0.0.1:{server.Port}{folder}/course.git";
            Secret(("ssh-privatekey", Key("other")), ("known_hosts", server.KnownHost()));
            Assert.Equal("KeyRefused", (await RunAsync(repository)).Reason);
            Secret(("ssh-privatekey", Key("key")), ("known_hosts", server.KnownHost("other")));
            Assert.Equal("KeyRefused", (await RunAsync(repository)).Reason);
            Assert.False(Directory.Exists(Path.Combine(folder, "volume", "homes", "alice", "cours")));

            // A Secret made by hand often lacks the last line break.
            Secret(("ssh-privatekey", Key("key").TrimEnd()), ("known_hosts", server.KnownHost()));
            Assert.Equal("RepositoryNotFound", (await RunAsync(repository.Replace("course.git", "nothing.git", StringComparison.Ordinal))).Reason);
            Assert.Null((await RunAsync(repository)).Reason);
            Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(folder, "volume", "homes", "alice", "cours", "tp1.py")));
        }

        await ChangeAsync();
        Assert.Equal("RepositoryUnreachable", (await RunAsync(repository)).Reason);
    }

    [Fact]
    public async Task A_user_and_a_token_open_the_repository_over_http_and_a_wrong_one_is_told()
    {
        await RepositoryAsync();
        await using var server = await HttpServer.StartAsync(folder, "reader", "s3cret token");
        var repository = $"{server.Url}/course.git";
        Secret(("username", "reader"), ("password", "wrong"));
        var (reason, detail) = await RunAsync(repository);
        Assert.True(reason is "KeyRefused", $"{reason}: {detail}");
        Secret(("username", "reader"), ("password", "s3cret token\n"));
        (reason, detail) = await RunAsync($"{server.Url}/others/course.git");
        Assert.True(reason is "KeyRefused", $"{reason}: {detail}");
        Assert.Null((await RunAsync(repository)).Reason);
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(folder, "volume", "homes", "alice", "cours", "tp1.py")));
        // Nothing of it stays with the students.
        Assert.Equal("", (await Command.TryRunAsync("grep", ["-rl", "s3cret", Path.Combine(folder, "volume")], CancellationToken.None)).Output);
    }

    [Fact]
    public async Task Files_in_LFS_are_fetched_by_a_real_git_lfs_once_the_image_has_it()
    {
        var tools = Path.GetDirectoryName(await DebianProgram.GetAsync("git-lfs", "usr/bin/git-lfs", CancellationToken.None))!;
        var path = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}";
        var content = System.Security.Cryptography.RandomNumberGenerator.GetBytes(3 << 20);
        await RepositoryAsync();
        var teacher = Path.Combine(folder, "teacher");
        await File.WriteAllBytesAsync(Path.Combine(teacher, "grand.bin"), content);
        await Command.RunAsync(
            "sh", ["-c", $"cd '{teacher}' && git lfs install --local && git remote set-url origin 'file://{folder}/course.git' && git lfs track '*.bin'"],
            CancellationToken.None, environment: new Dictionary<string, string> { ["PATH"] = path });
        await ChangeAsync(path);

        var repository = $"file://{folder}/course.git";
        var without = await RunAsync(repository, new() { ["PROTOCOLS"] = "file", ["KEYS"] = "" });
        Assert.Equal("LargeFilesUnavailable", without.Reason);
        Assert.Null((await RunAsync(repository, new() { ["PROTOCOLS"] = "file", ["KEYS"] = "", ["PATH"] = path })).Reason);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(folder, "volume", "homes", "alice", "cours", "grand.bin")));
    }

    private async Task RepositoryAsync()
    {
        await Command.RunAsync("git", ["init", "--quiet", "--bare", "--initial-branch=main", Path.Combine(folder, "course.git")], CancellationToken.None);
        await Command.RunAsync("git", ["clone", "--quiet", Path.Combine(folder, "course.git"), Path.Combine(folder, "teacher")], CancellationToken.None);
        await ChangeAsync();
    }

    private async Task ChangeAsync(string? path = null)
    {
        var file = Path.Combine(folder, "teacher", "tp1.py");
        await File.WriteAllTextAsync(file, File.Exists(file) ? "2" : "1");
        string[][] commands =
        [
            ["add", "--all"],
            ["-c", "user.name=teacher1", "-c", "user.email=teacher1@mesonet.test", "commit", "--quiet", "-m", "change"],
            ["push", "--quiet", "origin", "HEAD:main"],
        ];
        var environment = path is null ? null : new Dictionary<string, string> { ["PATH"] = path };
        foreach (var arguments in commands)
            await Command.RunAsync("git", ["-C", Path.Combine(folder, "teacher"), .. arguments], CancellationToken.None, environment: environment);
    }

    private string Key(string name) => File.ReadAllText(Path.Combine(folder, "ssh", name));

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    private void Secret(params (string Key, string Value)[] values)
    {
        foreach (var file in Directory.GetFiles(Folder("keys"))) File.Delete(file);
        foreach (var (key, value) in values) File.WriteAllText(Path.Combine(Folder("keys"), key), value);
    }

    private async Task<(string? Reason, string? Detail)> RunAsync(string repository, Dictionary<string, string>? settings = null)
    {
        var program = Folder("program");
        foreach (var (name, text) in HomesProgramFiles.All) await File.WriteAllTextAsync(Path.Combine(program, name), text);
        var message = Path.Combine(folder, "message");
        var environment = new Dictionary<string, string>
        {
            ["VOLUME"] = Folder("volume"), ["MESSAGE"] = message, ["REPOSITORY"] = repository, ["REF"] = "main", ["CODE_DIRECTORY"] = "cours", ["KEYS"] = Folder("keys"),
        };
        foreach (var (name, value) in settings ?? []) environment[name] = value;
        await Command.TryRunAsync("python3", [.. HomesProgramFiles.Arguments(program, "materials"), "alice"], CancellationToken.None, environment: environment);
        var said = JsonNode.Parse(await File.ReadAllTextAsync(message))!;
        return (said["reason"]?.GetValue<string>(), said["detail"]?.GetValue<string>());
    }
}
