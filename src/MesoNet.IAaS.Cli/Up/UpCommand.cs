using System.Diagnostics;
using MesoNet.IAaS.Cli.Progress;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Status;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster.Node;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Up;

/// <summary><c>mesonet up</c>: a cluster on this machine with the sample course in it, up to the students' addresses.</summary>
internal sealed class UpCommand(LocalSite site, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PortalPatience = TimeSpan.FromMinutes(5);
    private static readonly SampleCourse First = new(ClusterParts.FirstPlatform);

    public async Task<int> RunAsync(IReadOnlyList<string> fakeResources, IReadOnlyList<string> platforms, bool withSample, CancellationToken cancellationToken)
    {
        Preconditions.Check(site);
        using var turn = site.TakeTurn();
        var steps = Steps.OnConsole(time);
        var kubeconfig = await StartClusterAsync(steps, fakeResources, isBare: false, cancellationToken);
        using var client = await LocalSite.ConnectAsync(kubeconfig, cancellationToken);
        await steps.RunAsync("custom resources", async _ =>
        {
            await Installation.ApplyAsync(client, time, cancellationToken);
            return "";
        });
        if (withSample)
        {
            await steps.RunAsync("sample course", async _ =>
            {
                await SampleCourse.PublishDatasetAsync(cancellationToken);
                await SetUpAsync(First, client, cancellationToken);
                return "";
            });
            await steps.RunAsync("seats", progress => WaitForSeatsAsync(First, client, progress, cancellationToken));
        }

        foreach (var platform in platforms.Where(platform => platform != ClusterParts.FirstPlatform).Distinct(StringComparer.Ordinal))
        {
            // Half a minute each: only who asks for it waits.
            await steps.RunAsync($"platform {platform}", async progress =>
            {
                var image = await ClusterParts.PreparePlatformAsync(platform, progress, time, cancellationToken);
                progress.Report($"importing {image.Name}");
                await new ImageStore(site.RunFolder, site.ImageStoreFolder).ImportAsync(image, cancellationToken);
                if (!withSample) return "";
                var sample = new SampleCourse(platform);
                await SetUpAsync(sample, client, cancellationToken);
                return $"with the course {sample.Key.Name}, {await WaitForSeatsAsync(sample, client, progress, cancellationToken)}";
            });
        }

        PortalLinks? links = null;
        await steps.RunAsync("portal", async progress =>
        {
            links = await WaitForPortalAsync(client, progress, cancellationToken);
            return "";
        });
        var rows = await SeatList.ReadAsync(client, links, cancellationToken);
        if (withSample) SeatList.Print(rows);
        PersonLinks.Print(PersonLinks.Of(links!, time), rows.FirstOrDefault(row => row.Course == First.Key.Name)?.Url);

        Console.WriteLine();
        Console.WriteLine($"Up after {Steps.Seconds(steps.Elapsed)}. For kubectl: export KUBECONFIG={kubeconfig}");
        Console.WriteLine("Next: './mesonet status', './mesonet down'.");
        return 0;
    }

    /// <summary>The cluster alone, with the images that the chart installs.</summary>
    public async Task<int> RunBareAsync(IReadOnlyList<string> fakeResources, CancellationToken cancellationToken)
    {
        Preconditions.Check(site);
        using var turn = site.TakeTurn();
        var steps = Steps.OnConsole(time);
        var kubeconfig = await StartClusterAsync(steps, fakeResources, isBare: true, cancellationToken);
        await steps.RunAsync("images of the operator, the portal and the gateway", async progress =>
        {
            foreach (var image in await ClusterParts.PrepareInstallationAsync(progress, time, cancellationToken))
            {
                progress.Report($"importing {image.Name}");
                await new ImageStore(site.RunFolder, site.ImageStoreFolder).ImportAsync(image, cancellationToken);
            }

            return "";
        });
        Console.WriteLine($"Up after {Steps.Seconds(steps.Elapsed)}. For kubectl and helm: export KUBECONFIG={kubeconfig}");
        Console.WriteLine("Next: install MesoNet by its chart, as docs/install.md says.");
        return 0;
    }

    private async Task<string> StartClusterAsync(Steps steps, IReadOnlyList<string> fakeResources, bool isBare, CancellationToken cancellationToken)
    {
        await steps.RunAsync("Kubernetes and images", async progress =>
        {
            await ClusterParts.PrepareAsync(progress, time, cancellationToken);
            return "";
        });
        var kubeconfig = "";
        await steps.RunAsync("cluster", async progress =>
        {
            // One that is still starting (an 'up' that was interrupted) is waited for, one that is stopping is waited out.
            while (site.ReadSupervisor() is { Phase: "stopping" })
            {
                progress.Report("waiting for the last one to end");
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }

            var wasRunning = site.ReadSupervisor() is not null;
            if (!wasRunning) StartSupervisor(fakeResources, isBare);
            kubeconfig = await WaitForClusterAsync(progress, cancellationToken);
            if (site.ReadSupervisor() is { } state && (state.Portal is null) != isBare)
                throw new UserMistakeException($"The cluster \"{site.Name}\" runs {(isBare ? "with" : "without")} an operator and a portal of its own. './mesonet down' ends it; or give another --name.");
            return wasRunning ? "was running" : "started";
        });
        return kubeconfig;
    }

    private async Task SetUpAsync(SampleCourse sample, KubernetesClient client, CancellationToken cancellationToken)
    {
        await sample.PublishRepositoryAsync(site, cancellationToken);
        await sample.ApplyAsync(client, cancellationToken);
    }

    private void StartSupervisor(IReadOnlyList<string> fakeResources, bool isBare)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(site.SupervisorLog)!);
        var program = CopyProgram();
        string[] command =
        [
            "setsid", "--fork", "sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", site.SupervisorLog,
            .. MountNamespace.Within(site.StateFolder,
            [
                Environment.ProcessPath!, Path.Combine(program, "mesonet.dll"), "supervise", "--name", site.Name, .. isBare ? (string[])["--bare"] : [],
                .. fakeResources.SelectMany(resource => new[] { "--fake-resource", resource }),
            ]),
        ];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false })!;
        process.WaitForExit();
    }

    // A running cluster must not change under its feet when the repository is built anew.
    private string CopyProgram()
    {
        var copy = Path.Combine(site.StateFolder, "program");
        if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    private async Task<string> WaitForClusterAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var seen = false;
        while (true)
        {
            var state = site.ReadSupervisor();
            seen |= state is not null;
            if (state is { Phase: "ready", Kubeconfig: { } kubeconfig }) return kubeconfig;
            progress.Report(state?.Message ?? "starting");
            if (state is null && (seen || time.GetElapsedTime(started) > TimeSpan.FromSeconds(20)))
                throw new PartFailedException(site.ReadLastWords() is { Phase: "failed", Message: var reason }
                    ? reason
                    : $"The cluster's supervisor ended. The end of {site.SupervisorLog}:\n{LogFile.Tail(site.SupervisorLog, 20)}");
            if (time.GetElapsedTime(started) > Patience) throw new PartFailedException($"The cluster was not up after {Patience.TotalMinutes:0} minutes; see {site.SupervisorLog}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private async Task<string> WaitForSeatsAsync(SampleCourse sample, KubernetesClient client, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var environment = await client.GetAsync<ClassroomEnvironment>(sample.Key, cancellationToken);
            var current = environment.Status?.ObservedGeneration == environment.Metadata.Generation ? environment.Status : null;
            var ready = current?.Conditions?.FirstOrDefault(condition => condition.Type == Readiness.Ready);
            // After a restart the last status may still stand: what counts is that the notebooks answer.
            var seats = ready?.Status == "True"
                ? (await SeatList.ReadAsync(client, links: null, cancellationToken)).Where(seat => seat.Course == sample.Key.Name).ToList()
                : [];
            if (seats.Count > 0 && seats.All(seat => seat.Address is not null) && await AllAnswerAsync(seats, cancellationToken)) return $"{current!.Ready} ready";
            progress.Report(ready?.Message ?? "waiting for the operator");
            if (ready?.Reason == "Suspended") return "the course is suspended";
            if (time.GetElapsedTime(started) > Patience)
                throw new UserMistakeException($"The seats were not ready after {Patience.TotalMinutes:0} minutes: {ready?.Message ?? "the operator has not answered"}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
    }

    private async Task<PortalLinks> WaitForPortalAsync(KubernetesClient client, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var portal = new Uri(site.ReadSupervisor()?.Portal ?? throw new PartFailedException($"The cluster's supervisor ended. The end of {site.SupervisorLog}:\n{LogFile.Tail(site.SupervisorLog, 20)}"));
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var started = time.GetTimestamp();
        while (true)
        {
            // Asked for by address: not every resolver knows the names below .localhost that browsers know.
            using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(portal) { Host = "127.0.0.1" }.Uri) { Headers = { Host = portal.Authority } };
            try
            {
                using var answer = await http.SendAsync(request, cancellationToken);
                if (answer.IsSuccessStatusCode && await PortalLinks.ReadAsync(client, portal.GetLeftPart(UriPartial.Authority), cancellationToken) is { } links) return links;
                progress.Report($"waiting for the portal (it answers {(int)answer.StatusCode})");
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                progress.Report("waiting for the portal");
            }

            if (time.GetElapsedTime(started) > PortalPatience)
                throw new PartFailedException($"The portal does not answer. The end of its log:\n{LogFile.Tail(Path.Combine(site.StateFolder, "logs", "mesonet-portal.log"), 20)}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
    }

    private static async Task<bool> AllAnswerAsync(IReadOnlyList<SeatRow> seats, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        foreach (var seat in seats)
        {
            try
            {
                // Not its page: that would count as opened by its student.
                var page = new Uri(seat.Address!);
                using var response = await http.GetAsync(new Uri(page, "api/status" + page.Query), cancellationToken);
                if (!response.IsSuccessStatusCode) return false;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }
}
