using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Planning.HomesProgram;

namespace MesoNet.IAaS.UnitTests.Quota;

/// <summary>What a home is measured to take, whatever its student puts there. As the students' user: root may read all.</summary>
public sealed class HomeSizeTests : IDisposable
{
    private const string Script = """
        import json, os, sys
        sys.path.insert(0, sys.argv[1])
        import homesize
        if os.getuid() == 0:
            os.setgroups([]), os.setgid(1000), os.setuid(1000)
        homes = os.open(sys.argv[2], os.O_RDONLY)
        before = len(os.listdir("/proc/self/fd"))
        size = homesize.measure(homes, sys.argv[3], int(sys.argv[4]), sys.argv[5] == "closed")
        print(json.dumps(size and {"bytes": size.bytes, "files": size.files, "unreadable": size.unreadable, "leftOpen": len(os.listdir("/proc/self/fd")) - before}))
        """;

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("mesonet-quota-");

    public HomeSizeTests()
    {
        Directory.CreateDirectory(Program);
        foreach (var (name, text) in HomesProgramFiles.All) File.WriteAllText(Path.Combine(Program, name), text);
        Run("bash", "-c", $"mkdir -p '{Home}' && chmod 755 '{root.FullName}' '{Program}' && chmod 644 '{Program}'/* && chown -R {(Environment.IsPrivilegedProcess ? "1000:1000" : "$(id -u)")} '{root.FullName}'");
    }

    private string Program => Path.Combine(root.FullName, "program");

    private string Home => Path.Combine(root.FullName, "homes", "alice");

    public void Dispose() => Run("bash", "-c", $"find '{Home}' -maxdepth 3 -type d -exec chmod u+rwx {{}} \\; ; rm -rf '{root.FullName}'");

    [Fact]
    public async Task A_sparse_file_counts_what_it_takes()
    {
        InHome("truncate -s 1T huge; head -c 1M /dev/urandom > real; sync real");
        var size = await MeasureAsync();
        Assert.InRange(size.Bytes, 1 << 20, (1 << 20) + (64 << 10));
        Assert.Equal(2, size.Files);
    }

    [Fact]
    public async Task Names_of_one_file_count_once()
    {
        InHome("head -c 1M /dev/urandom > a; sync a; for i in $(seq 50); do ln a b$i; done");
        Assert.InRange((await MeasureAsync()).Bytes, 1 << 20, (1 << 20) + (64 << 10));
    }

    [Fact]
    public async Task Links_to_elsewhere_take_nothing_of_it()
    {
        InHome("mkdir ../bob; head -c 4M /dev/urandom > ../bob/f; ln -s ../bob bob; ln -s / root; ln -s . loop; mkfifo pipe; ln -s ../bob/f f");
        var size = await MeasureAsync();
        Assert.InRange(size.Bytes, 0, 64 << 10);
        Assert.Equal((5, false), (size.Files, size.Unreadable));
    }

    [Fact]
    public async Task Strange_names_are_names()
    {
        InHome("""mkdir $'\xff\xfe'; echo x > $'\xff\xfe/\n\r'; echo x > -rf; echo x > '* $(reboot) "'; mkdir $'a\nb'""");
        Assert.Equal((5, false), ((await MeasureAsync()).Files, (await MeasureAsync()).Unreadable));
    }

    [Fact]
    public async Task A_closed_folder_is_said_to_be_and_looked_into_only_where_that_is_asked_for()
    {
        InHome("mkdir -p closed/deeper blind; head -c 2M /dev/urandom > closed/deeper/f; sync closed/deeper/f; echo x > blind/f; chmod 000 closed/deeper; chmod 311 closed; chmod 444 blind");
        var size = await MeasureAsync();
        Assert.True(size.Unreadable);
        Assert.InRange(size.Bytes, 0, 64 << 10);

        var opened = await MeasureAsync(lookIntoClosed: true);
        Assert.False(opened.Unreadable);
        Assert.InRange(opened.Bytes, 2 << 20, (2 << 20) + (128 << 10));
        // As its owner left it.
        Assert.Equal("311 444", InHome("stat -c %a closed blind | paste -sd' '").Trim());
        Assert.Equal("0", InHome("chmod 755 closed; stat -c %a closed/deeper").Trim());
    }

    [Fact]
    public async Task A_home_that_is_closed_or_no_folder_stops_nothing()
    {
        InHome("chmod 000 .");
        Assert.True((await MeasureAsync()).Unreadable);
        Run("bash", "-c", $"chmod 755 '{Home}'; rmdir '{Home}'; ln -s / '{Home}'");
        Assert.Null(await RunAsync(1000, lookIntoClosed: true));
    }

    [Fact]
    public async Task Very_many_files_and_very_deep_folders_are_too_many_and_no_more_work_than_that()
    {
        InHome("mkdir many; cd many; seq 30000 | xargs touch");
        var many = await MeasureAsync(mostFiles: 1000);
        Assert.Equal((1001, true), (many.Files, many.Unreadable));

        Run("python3", "-c", "import os, sys; os.chdir(sys.argv[1])\nfor i in range(3000): os.mkdir('d'); os.chdir('d')", Home);
        var deep = await MeasureAsync(mostFiles: 100_000);
        Assert.Equal(100_001, deep.Files);
    }

    [Fact]
    public async Task No_file_is_left_open()
    {
        InHome("mkdir -p a/b/c d/e/f; chmod 000 d/e");
        Assert.Equal(0, (await RunAsync(1000, lookIntoClosed: true))!["leftOpen"]!.GetValue<int>());
    }

    private async Task<(long Bytes, long Files, bool Unreadable)> MeasureAsync(int mostFiles = 1000, bool lookIntoClosed = false)
    {
        var size = await RunAsync(mostFiles, lookIntoClosed);
        return (size!["bytes"]!.GetValue<long>(), size["files"]!.GetValue<long>(), size["unreadable"]!.GetValue<bool>());
    }

    private async Task<JsonNode?> RunAsync(int mostFiles, bool lookIntoClosed)
    {
        // What it does is bounded by the processor's time, not by the clock: others may be at work beside.
        string[] command = ["prlimit", "--cpu=10", "python3", "-I", "-B", "-c", Script, Program, Path.Combine(root.FullName, "homes"), "alice", $"{mostFiles}", lookIntoClosed ? "closed" : "open"];
        var result = await Command.TryRunAsync(command[0], command[1..], CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Errors);
        return JsonNode.Parse(result.Output);
    }

    private static IReadOnlyList<string> AsStudent => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups"] : [];

    private string InHome(string script) => Run([.. AsStudent, "bash", "-c", $"cd '{Home}' && {script}"]);

    private static string Run(params IReadOnlyList<string> command) => Materials.CourseVolume.Run(command[0], [.. command.Skip(1)]);
}
