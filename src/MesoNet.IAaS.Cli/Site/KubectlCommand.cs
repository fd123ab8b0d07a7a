using System.Diagnostics;
using MesoNet.IAaS.LocalCluster.Prerequisites;

namespace MesoNet.IAaS.Cli.Site;

/// <summary><c>mesonet kubectl ...</c>: kubectl with the local cluster's kubeconfig; everything behind the word goes to kubectl as it is.</summary>
internal static class KubectlCommand
{
    public static async Task<int> RunAsync(LocalSite site, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (site.ReadSupervisor()?.Kubeconfig is not { } kubeconfig) throw new UserMistakeException("No cluster is running. './mesonet up' starts one.");
        var start = new ProcessStartInfo(KubernetesBinaries.KubectlFor(LocalSite.CacheFolder), arguments) { UseShellExecute = false };
        start.Environment["KUBECONFIG"] = kubeconfig;
        using var process = Start(start);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new UserMistakeException("There is no kubectl: put one into the folder that KUBEBUILDER_ASSETS names, or on the PATH.");
        }
    }
}
