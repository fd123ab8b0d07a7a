using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.EndToEndTests;
using MesoNet.IAaS.LocalCluster.Node;
using MesoNet.IAaS.LocalCluster.Prerequisites;
using MesoNet.IAaS.LocalCluster.Processes;

[assembly: AssemblyFixture(typeof(LocalClassroom))]
// More than there are processors: most of the time each waits for a bell, a deadline or a notebook.
[assembly: CollectionBehavior(MaxParallelThreads = 5)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>A classroom brought up as a user would: by the script, under a name of its own, from nothing.</summary>
public sealed class LocalClassroom : IAsyncLifetime
{
    // Another name for the tests in which the cluster stops, and where two clones of this repository are tested on one machine.
    internal static readonly string Name = Environment.GetEnvironmentVariable("MESONET_TEST_CLUSTER") ?? "e2e";

    public HttpClient Http { get; } = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(60) };

    public string FirstUpOutput { get; private set; } = "";

    /// <summary>Where the cluster's git server finds the courses' repositories.</summary>
    public static string RepositoryFolder => new LocalSite(Name).RepositoryFolder;

    /// <summary>The cluster's processes as they are now.</summary>
    public static IReadOnlyList<PartStatus> Parts => new LocalSite(Name).ReadSupervisor()!.Parts;

    /// <summary>The process of one of the cluster's parts; null while it does not run.</summary>
    public static int? ProcessOf(string part) => Parts.Single(known => known.Name == part).ProcessId;

    /// <summary>Runs a program where it sees what the cluster's node has mounted, and mounts for it.</summary>
    public static async Task<CommandResult> InNodeAsync(params string[] command)
    {
        var arguments = MountNamespace.Of(new LocalSite(Name).ReadSupervisor()!.ProcessId, command);
        return await Command.TryRunAsync(arguments[0], [.. arguments.Skip(1)], CancellationToken.None);
    }

    /// <summary>Where the cluster keeps its containers' logs.</summary>
    public static string ContainerLogFolder => Path.Combine(new LocalSite(Name).StateFolder, "logs", "pods");

    /// <summary>Ends one of the cluster's parts as a power cut would; the cluster's supervisor starts it again. Returns the process that was ended.</summary>
    public static async Task<int> KillAsync(string part)
    {
        var process = await RunningAsync(part);
        Signals.Send(process, Signals.Kill);
        return process;
    }

    /// <summary>The process of one of the cluster's parts, once it runs: it may just have ended by itself.</summary>
    public static async Task<int> RunningAsync(string part)
    {
        int? process = null;
        await EventuallyAsync(() => Task.FromResult((process = ProcessOf(part)) is not null), async () => await MesonetAsync("status"));
        return process!.Value;
    }

    /// <summary>Ends one of the cluster's parts so, and waits until it runs again.</summary>
    public static async Task KillAndAwaitAsync(string part)
    {
        var killed = await KillAsync(part);
        await EventuallyAsync(() => Task.FromResult(ProcessOf(part) is { } process && process != killed), async () => await MesonetAsync("status"));
    }

    // From the supervisor's own account: to ask 'mesonet status' before each call takes longer than the call.
    private static string Kubeconfig => new LocalSite(Name).ReadLastWords()!.Kubeconfig!;

    private static string Script => Path.Combine(LocalSite.RepositoryRoot, "mesonet");

    public async ValueTask InitializeAsync()
    {
        await MesonetAsync("down", "--purge");
        FirstUpOutput = await MesonetAsync("up");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await MesonetAsync("down", "--purge");
    }

    /// <summary>Runs './mesonet COMMAND' on this classroom's cluster; it must succeed.</summary>
    public static async Task<string> MesonetAsync(string command, params string[] arguments)
    {
        string[] devices = command == "up" ? ["--fake-resource", "nvidia.com/gpu=4", "--fake-resource", "amd.com/gpu=4"] : [];
        var result = await RunAsync(command, [.. devices, .. arguments]);
        Assert.True(result.ExitCode == 0, $"mesonet {command} failed:\n{result.Output}\n{result.Errors}");
        return result.Output;
    }

    /// <summary>The same for what must fail; returns what it says.</summary>
    public static async Task<string> MesonetFailsAsync(string command, params string[] arguments)
    {
        var result = await RunAsync(command, arguments);
        Assert.True(result.ExitCode == 1, $"mesonet {command} ended with {result.ExitCode}:\n{result.Output}\n{result.Errors}");
        return result.Output + result.Errors;
    }

    private static Task<CommandResult> RunAsync(string command, string[] arguments) =>
        Command.TryRunAsync("bash", [Script, command, .. arguments, "--name", Name], CancellationToken.None);

    public static async Task<JsonNode> StatusAsync() => JsonNode.Parse(await MesonetAsync("status", "-o", "json"))!;

    /// <summary>Applies manifests, which must succeed.</summary>
    public static async Task ApplyAsync(string manifests)
    {
        var path = Path.Combine(Path.GetTempPath(), $"mesonet-e2e-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(path, manifests);
        try
        {
            var applied = await KubectlAsync("apply", "-f", path);
            Assert.True(applied.ExitCode == 0, applied.Errors);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Runs kubectl as the administrator.</summary>
    public static Task<CommandResult> KubectlAsync(params string[] arguments) => Command.TryRunAsync(
        KubernetesBinaries.KubectlFor(LocalSite.CacheFolder), ["--kubeconfig", Kubeconfig, .. arguments], CancellationToken.None);

    /// <summary>Waits until a seat is ready by its own status, then gives its notebook. The course's status may be ahead of it.</summary>
    public async Task<StudentNotebook> SeatAsync(string student, string course = "intro-pytorch")
    {
        string? address = null;
        await EventuallyAsync(async () => (address = await AddressAsync(student, course)) is not null, async () => await MesonetAsync("status"));
        return new(Http, new Uri(address!));
    }

    /// <summary>Waits until a seat's notebook answers, then gives it.</summary>
    public async Task<StudentNotebook> UntilAnswersAsync(string student)
    {
        StudentNotebook? notebook = null;
        await EventuallyAsync(async () =>
        {
            notebook = await AddressAsync(student, "intro-pytorch") is { } address ? new(Http, new Uri(address)) : null;
            return notebook is not null && await notebook.AnswersAsync();
        }, async () => await MesonetAsync("status"));
        return notebook!;
    }

    private static async Task<string?> AddressAsync(string student, string course) =>
        (await StatusAsync())["seats"]!.AsArray().SingleOrDefault(seat => seat!["student"]!.GetValue<string>() == student && seat["course"]!.GetValue<string>() == course)?["address"]?.GetValue<string>();

    /// <summary>Waits until a condition holds; also where asking for it fails on the way, as it may on a busy machine or while a notebook starts anew.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, Func<Task<string>> describe, TimeSpan? patience = null)
    {
        var within = patience ?? TimeSpan.FromMinutes(10);
        var started = Stopwatch.GetTimestamp();
        Exception? inTheWay = null;
        while (!await HoldsAsync())
        {
            if (Stopwatch.GetElapsedTime(started) > within) Assert.Fail($"Not within {within.TotalSeconds} s. {inTheWay?.Message} Last seen:\n{await LastSeenAsync()}");
            await Task.Delay(200);
        }

        async Task<bool> HoldsAsync()
        {
            try
            {
                var holds = await condition();
                inTheWay = null;
                return holds;
            }
            catch (Exception exception) when (IsPassing(exception))
            {
                inTheWay = exception;
                return false;
            }
        }

        async Task<string> LastSeenAsync()
        {
            try
            {
                return await describe();
            }
            catch (Exception exception) when (IsPassing(exception))
            {
                return exception.Message;
            }
        }
    }

    // Of kubectl that could not ask, there is no JSON.
    private static bool IsPassing(Exception exception) => exception is JsonException or HttpRequestException or TaskCanceledException or IOException;

    /// <summary>The pod of a student's seat in the sample course.</summary>
    public static async Task<string> PodAsync(string student)
    {
        var seats = JsonNode.Parse((await KubectlAsync("get", "seats", "-n", "course-intro-pytorch", "-o", "json")).Output)!["items"]!.AsArray();
        return seats.Single(seat => seat!["spec"]!["login"]!.GetValue<string>() == student)!["metadata"]!["name"]!.GetValue<string>();
    }

    /// <summary>Runs a command in a student's pod, as the student.</summary>
    public static async Task<CommandResult> InPodAsync(string student, string script) =>
        await KubectlAsync("exec", "-n", "course-intro-pytorch", await PodAsync(student), "--", "sh", "-c", script);
}
