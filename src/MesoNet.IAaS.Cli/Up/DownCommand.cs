using MesoNet.IAaS.Cli.Progress;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Node;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Up;

/// <summary><c>mesonet down</c>: ends the cluster's own processes, with which goes what they mounted. Homes stay unless they are purged.</summary>
internal sealed class DownCommand(LocalSite site, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    public async Task<int> RunAsync(bool purge, CancellationToken cancellationToken)
    {
        var steps = Steps.OnConsole(time);
        using var turn = site.TakeTurn();
        if (site.ReadSupervisor() is { } state)
        {
            await steps.RunAsync("cluster", async progress =>
            {
                progress.Report("ending containers and parts");
                Signals.Send(state.ProcessId, Signals.Terminate);
                var started = time.GetTimestamp();
                while (site.ReadSupervisor() is not null)
                {
                    if (time.GetElapsedTime(started) > Patience)
                        throw new UserMistakeException($"The supervisor (process {state.ProcessId}) did not end within {Patience.TotalSeconds:0} s; see {site.SupervisorLog}.");
                    await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
                }

                return "stopped";
            });
        }
        else if (Directory.Exists(site.RunFolder))
        {
            // Its supervisor was killed: the containers were not.
            await steps.RunAsync("cluster", async progress =>
            {
                progress.Report("ending what a killed cluster left");
                await Remains.RemoveAsync(site.Name, site.StateFolder, site.RunFolder, await site.ChooseNetworkAsync(time, cancellationToken), time, cancellationToken);
                return "had been killed; its remains were removed";
            });
        }
        else
        {
            Console.WriteLine("No cluster is running.");
        }

        if (purge)
        {
            await steps.RunAsync("data", _ =>
            {
                if (Directory.Exists(site.StateFolder)) Directory.Delete(site.StateFolder, recursive: true);
                // The data set is the machine's: it goes with the last cluster.
                if (!site.HasSiblings) SampleCourse.RemoveDataset();
                return Task.FromResult("deleted, homes included");
            });
        }
        else if (Directory.Exists(site.StateFolder))
        {
            Console.WriteLine($"Homes and everything else are kept in {site.StateFolder}; './mesonet down --purge' deletes them.");
        }

        return 0;
    }
}
