using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Quota;

/// <summary>
/// <c>storage/project-quotas.py</c> on real file systems with project quotas, and what MesoNet's own programs do in homes that have a wall.
/// </summary>
public sealed class ProjectQuotaTests : IDisposable
{
    // A home may take 8 MiB, and the file system stops it at 12, which is no whole number of its blocks until the program makes it one; 1000 files, and 1200.
    private static readonly Dictionary<string, string> WatchSettings = new(StringComparer.Ordinal)
    {
        ["QUOTA_BYTES"] = $"{8 << 20}", ["QUOTA_FILES"] = "1000", ["STEP_BYTES"] = $"{1 << 20}", ["STEP_FILES"] = "50", ["WALL_BYTES"] = "12000000", ["WALL_FILES"] = "1200",
        ["VOLUME_BYTES"] = $"{64 << 20}", ["PORT"] = "8099",
    };

    // Quotas do not hold for root's powers.
    private const string Powerless = "setpriv --bounding-set=-all --inh-caps=-all";

    private readonly CourseVolume course = new();

    private static string ProjectQuotas => $"python3 -I '{Path.Combine(LocalSite.RepositoryRoot, "storage", "project-quotas.py")}'";

    private string Own => Path.Combine(course.Volume, ".mesonet");

    public void Dispose() => course.Dispose();

    [Theory]
    [InlineData("xfs", "No space left on device")]
    [InlineData("ext4", "Disk quota exceeded")]
    public async Task A_home_ends_at_its_wall_the_others_go_on_and_the_watch_says_how_many_have_one(string type, string refusal)
    {
        var kernel = new OwnKernel(course.Folder, type, course.Volume);
        var said = await kernel.RunAsync($"""
            cd '{course.Volume}'; mkdir -p homes/alice/deep/er homes/bob .mesonet state
            head -c 3M /dev/zero > homes/alice/deep/er/old; ln -s /etc homes/alice/deep/link; mkfifo homes/alice/deep/pipe
            {StartWatch()}
            {Until("grep -q alice .mesonet/use.json")}
            grep -c '"walls":null' state/state
            {ProjectQuotas} --projects 700-799 '{course.Volume}'
            echo again; {ProjectQuotas} --projects 700-799 '{course.Volume}' '{course.Folder}'
            head -c 2M /dev/zero > homes/alice/deep/new
            {Until("grep -q '\"walls\":.2,2.' state/state")}
            {Powerless} sh -c 'head -c 100M /dev/zero > homes/alice/deep/er/big' || true
            du -sm homes/alice | cut -f 1
            {Powerless} bash -c 'for i in $(seq 2000); do : > homes/bob/$i; done' 2>&1 | sed 's/.*: //' | sort -u
            ls homes/bob | wc -l
            head -c 10M /dev/zero > outside; du -m outside | cut -f 1
            {Until("grep -o '\"alice\":.[0-9]*' state/state | grep -q ':.1[12]......$'")}
            {EndWatch}
            """);
        Assert.Equal(
            $"""
            1
            {course.Volume}: 2 homes may grow to 12.0 MiB and 1200 files: alice, bob
            again
            {course.Volume}: 2 homes had the wall already, of 12.0 MiB and 1200 files.
            12
            {refusal}
            1199
            10
            """, said.Trim());

        // Going on, with no more powers than its service has: another quota, a new home.
        var later = await kernel.RunAsync($"""
            {SizeOf}
            cd '{course.Volume}'; rm homes/bob/*; echo '{WallOf(megabytes: 16)}' > .mesonet/use.json
            setpriv --bounding-set=-all,{await PowersOfServiceAsync()} {ProjectQuotas} --projects 700-799 --every 0.2 '{course.Volume}' '{course.Folder}' & quotas=$!
            {Until("[ $(size_of homes/bob) = 16 ]")}
            mkdir homes/carol; chmod 0 homes/carol
            {Until("[ $(size_of homes/carol) = 16 ]")}
            kill $quotas; chmod 700 homes/carol
            echo $(size_of homes/alice) $(size_of homes/bob) $(size_of homes/carol)
            {Powerless} sh -c 'head -c 100M /dev/zero > homes/carol/big' 2>/dev/null || true
            du -sm homes/alice homes/carol | cut -f 1 | paste -sd' '
            """);
        Assert.Equal($"{course.Volume}: 2 homes may grow to 16.0 MiB and 1200 files: alice, bob\n{course.Volume}: 1 home may grow to 16.0 MiB and 1200 files: carol\n16 16 16\n12 16", later.Trim());
    }

    // On XFS, which calls a project at its bound a volume without room.
    [Fact]
    public async Task A_full_home_is_that_student_s_alone_while_updates_and_restored_work_come_into_walled_homes()
    {
        var kernel = new OwnKernel(course.Folder, "xfs", course.Volume);
        course.Homes.Remove("carol");
        course.Write("tp1.py", "one\n");
        course.Write("tp2.py", "two\n");
        course.Teach(() => { });
        await BringAsync(kernel);
        await kernel.RunAsync($"""
            cd '{course.Volume}'; mkdir -p state archive; cp -r homes/bob/cours/tp2.py homes/bob/mine; echo changed >> homes/bob/cours/tp1.py
            {StartWatch()}
            {Until("grep -q bob .mesonet/use.json")}
            {EndWatch}
            {ProjectQuotas} '{course.Volume}'
            {Powerless} sh -c 'head -c 100M /dev/zero > homes/alice/big' 2>/dev/null || true
            """);

        // New files are linked into their place, changed ones renamed into it, from within the home: a project takes in nothing from outside.
        course.Write("tp1.py", "one, corrected\n");
        course.Write("data/large.bin", new string('x', 200_000));
        course.Teach(() => { });
        var message = await BringAsync(kernel);
        Assert.Contains("\"alice\": {\"error\": \"the home is full\", \"passes\": true, \"volume\": false}", await ReportAsync(kernel), StringComparison.Ordinal);
        Assert.DoesNotContain("VolumeFull", message, StringComparison.Ordinal);
        Assert.Equal("EDQUOT\nENOSPC\n", await kernel.RunAsync($"""
            cd '{course.Volume}'
            {Whose("alice")}
            {Powerless} sh -c 'cat /dev/zero > outside' 2>/dev/null || true
            {Whose("bob")}
            rm outside
            """));
        var bob = await kernel.RunAsync($"cd '{course.Volume}/homes/bob/cours'; ls; cat tp1.py; stat -c %s data/large.bin");
        Assert.Matches("^data\ntp1\\.nouveau-[0-9a-f]+\\.py\ntp1\\.py\ntp2\\.py\none\nchanged\n200000\n$", bob);

        // A class of one, and full: it is still not the volume.
        course.Homes.Remove("bob");
        Assert.DoesNotContain("VolumeFull", await BringAsync(kernel), StringComparison.Ordinal);

        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["ARCHIVE"] = Path.Combine(course.Volume, "archive"), ["COURSE"] = "uid-1", ["DATE"] = "2027-05-03" };
        await RunTaskAsync(kernel, "archive", ["bob student02"], settings);
        // As a restore leaves it that was killed.
        await kernel.RunAsync($"cd '{course.Volume}/homes/bob'; mkdir -p .restaure-2027-05-02.part/half");
        var restored = await RunTaskAsync(kernel, "restore", ["bob"], settings);
        Assert.Contains("\"into\":\"restaure-2027-05-03\"", restored, StringComparison.Ordinal);
        var files = await kernel.RunAsync($"cd '{course.Volume}'; cat homes/bob/restaure-2027-05-03/mine; ls -A homes/bob .mesonet/restoring");
        Assert.Equal("two\n.mesonet/restoring:\n\nhomes/bob:\ncours\nmine\nrestaure-2027-05-03", files.Trim());

        // What does not fit is told, and leaves nothing behind.
        await kernel.RunAsync($"cd '{course.Volume}'; {Powerless} sh -c 'head -c 100M /dev/zero > homes/bob/big' 2>/dev/null || true");
        var (result, said) = await course.TryRunTaskAsync("restore", ["bob"], settings, [.. kernel.Wrapper, .. Powerless.Split(' ')]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("\"reason\":\"HomeFull\"", said, StringComparison.Ordinal);
        Assert.Equal("big\ncours\nmine\nrestaure-2027-05-03", (await kernel.RunAsync($"ls -A '{course.Volume}/homes/bob' '{Own}/restoring' | grep -v : | sed '/^$/d'")).Trim());
    }

    [Fact]
    public async Task A_home_that_belongs_to_another_project_is_left_alone_and_one_that_was_begun_is_finished()
    {
        var kernel = new OwnKernel(course.Folder, "ext4", course.Volume);
        var said = await kernel.RunAsync($"""
            cd '{course.Volume}'; mkdir -p homes/alice/sub homes/bob .mesonet; echo '{WallOf(megabytes: 12)}' > .mesonet/use.json
            chattr -p 7 homes/bob; chattr +P -p 701 homes/alice; touch homes/alice/sub/file
            mkdir homes/carol homes/.other; touch homes/carol/held homes/carol/other
            {HoldLease("homes/carol/held")}
            {ProjectQuotas} --projects 700-799 '{course.Volume}' 2>&1 && exit 1
            kill $lease; lsattr -p homes/carol | tr -s ' ' | cut -d' ' -f 2 | sort | paste -sd' '; rm -r homes/carol
            lsattr -pd homes/alice homes/alice/sub homes/bob | tr -s ' ' | cut -d' ' -f 2
            chattr -p 0 homes/bob; {ProjectQuotas} --projects 701-701 '{course.Volume}' 2>&1 && exit 1
            rm -r homes/alice; {ProjectQuotas} --projects 701-701 '{course.Volume}' 2>&1
            lsattr -pd homes/bob | tr -s ' ' | cut -d' ' -f 2
            """);
        Assert.Equal(
            $"{course.Volume}: 2 homes may grow to 12.0 MiB and 1200 files: alice, carol\n{course.Volume}: carol: not all of it is behind its wall, since it could not be opened (Resource temporarily " +
            "unavailable: 1); 1 home is left alone, since it belongs to a project already that is not of 700 to 799 (one that bounds the whole volume; or, on a local disk, one that its student " +
            "chose): bob. MesoNet's watch guards them all the same.\n0 700\n701\n701\n7\n" +
            $"{course.Volume}: 1 home had the wall already, of 12.0 MiB and 1200 files.\n{course.Volume}: bob: it has no wall (all projects from 701 to 701 are in use). MesoNet's watch guards them all the same.\n" +
            $"{course.Volume}: 1 home may grow to 12.0 MiB and 1200 files: bob\n701",
            said.Trim());
    }

    [Fact]
    public async Task What_cannot_be_is_said_in_a_sentence()
    {
        Directory.CreateDirectory(Path.Combine(course.Volume, "homes", "alice"));
        Directory.CreateDirectory(Own);
        Assert.Contains($"{course.Volume}: neither it nor a folder in it is a homes' volume that MesoNet has measured", await RefusalAsync(course.Volume), StringComparison.Ordinal);
        Assert.Contains("/does-not-exist: there is no such folder.", await RefusalAsync("/does-not-exist"), StringComparison.Ordinal);
        Assert.Contains("--projects takes two numbers, such as", await RefusalAsync("--projects 12", course.Volume), StringComparison.Ordinal);

        // In memory there are no project quotas, whatever this machine has.
        using var memory = new Tmpfs(course.Volume, "size=16m");
        memory.Run($"cd '{course.Volume}'; mkdir -p homes/alice .mesonet; echo '{WallOf(megabytes: 12)}' > .mesonet/use.json");
        var result = await Command.TryRunAsync(memory.Wrapper[0], [memory.Wrapper[1], "bash", "-c", $"{ProjectQuotas} '{course.Volume}'"], CancellationToken.None);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{course.Volume}: its file system keeps no project quotas. Mount XFS, or ext4", result.Errors, StringComparison.Ordinal);
        memory.Run($"echo nonsense > '{Own}/use.json'");
        result = await Command.TryRunAsync(memory.Wrapper[0], [memory.Wrapper[1], "bash", "-c", $"{ProjectQuotas} '{course.Volume}'"], CancellationToken.None);
        Assert.Contains($"{course.Volume}: .mesonet/use.json is not what MesoNet's watch writes.", result.Errors, StringComparison.Ordinal);
    }

    private const string SizeOf = "size_of() { df --output=size -BM $1 | tail -n 1 | tr -d ' M'; }";

    private static string WallOf(int megabytes) => $$$"""{"wall":{"bytes":{{{megabytes << 20}}},"files":1200}}""";

    private static async Task<string> RefusalAsync(params string[] arguments)
    {
        var result = await Command.TryRunAsync("bash", ["-c", $"{ProjectQuotas} {string.Join(' ', arguments)}"], CancellationToken.None);
        Assert.NotEqual(0, result.ExitCode);
        return result.Errors;
    }

    // The real watch, as its pod runs it. It never ends by itself.
    private string StartWatch() =>
        $"env VOLUME='{course.Volume}' STATE=state {string.Join(' ', WatchSettings.Select(setting => $"{setting.Key}={setting.Value}"))} {string.Join(' ', course.CommandOf("watch"))} & watch=$!";

    private const string EndWatch = "kill $watch; wait $watch || true";

    // What the service's unit leaves it of root's powers, as setpriv names them.
    private static async Task<string> PowersOfServiceAsync()
    {
        var line = (await File.ReadAllLinesAsync(Path.Combine(LocalSite.RepositoryRoot, "storage", "mesonet-project-quotas.service"))).Single(line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal));
        return string.Join(',', line.Split('=')[1].Split(' ').Select(power => $"+{power["CAP_".Length..].ToLowerInvariant()}"));
    }

    // A file that its student holds so that nobody else can open it, as knfsd does for its clients.
    private static string HoldLease(string file) =>
        $"""python3 -c 'import fcntl, os, signal, time; signal.signal(signal.SIGIO, signal.SIG_IGN); f = os.open("{file}", os.O_RDWR); fcntl.fcntl(f, fcntl.F_SETLEASE, fcntl.F_WRLCK); open("leased", "w"); time.sleep(100)' & lease=$!; {Until("[ -e leased ]")}""";

    // Whose fault it is that there is no room, as the Jobs see it.
    private string Whose(string home) =>
        $"""python3 -c 'import sys, os, errno; sys.path.insert(0, "{course.CommandOf("watch")[^2]}"); import walls; print(errno.errorcode[walls.whose(OSError(errno.ENOSPC, ""), "homes", "{home}").errno])'""";

    private static string Until(string condition) => $"until {condition} 2>/dev/null; do sleep 0.05; done";

    private Task<string> ReportAsync(OwnKernel kernel) => kernel.RunAsync($"cat '{Own}/report.json'");

    private async Task<string> BringAsync(OwnKernel kernel) => (await course.TryRunAsync([.. kernel.Wrapper, .. Powerless.Split(' ')])).Message;

    private async Task<string> RunTaskAsync(OwnKernel kernel, string task, IReadOnlyList<string> arguments, Dictionary<string, string> settings)
    {
        var (result, message) = await course.TryRunTaskAsync(task, arguments, settings, [.. kernel.Wrapper, .. Powerless.Split(' ')]);
        Assert.True(result.ExitCode == 0, $"{message}\n{result.Errors}");
        return message;
    }
}
