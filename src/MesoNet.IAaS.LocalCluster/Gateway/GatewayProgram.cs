using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster.Gateway;

/// <summary>nginx as a part of a local cluster, with a configuration and folders of the cluster's own; the machine's nginx is left alone.</summary>
/// <param name="configuration">What is special about this one.</param>
/// <param name="template">The file <c>images/gateway/nginx.conf</c>.</param>
public sealed class GatewayProgram(GatewayConfiguration configuration, string template)
{
    // nginx's workers outlive a master that is killed, and would keep the port. So they live in a PID namespace, which ends with the master;
    // 'unshare' ends with this shell, and this shell with whoever started it. SIGTERM, which 'unshare' keeps from itself, is handed on.
    private const string Script = """
        trap 'kill -TERM $(cat /proc/$namespace/task/$namespace/children)' TERM
        setpriv --pdeathsig KILL -- unshare --pid --fork --kill-child=KILL -- nginx -c "$0" -g 'daemon off;' &
        namespace=$!
        wait $namespace
        code=$?
        while kill -0 $namespace 2>/dev/null; do wait $namespace; code=$?; done
        exit $code
        """;

    /// <summary>Writes the configuration; returns what to run.</summary>
    /// <param name="path">The file of the configuration.</param>
    /// <param name="logPath">The log of nginx's own words; the access log is the configuration's.</param>
    public ProcessSpec Prepare(string path, string logPath)
    {
        foreach (var folder in (string[])[Path.GetDirectoryName(path)!, Path.GetDirectoryName(configuration.AccessLog)!])
            Directory.CreateDirectory(folder);
        // What was decided before this cluster's pods got their addresses is of no use.
        if (Directory.Exists(configuration.RunFolder)) Directory.Delete(configuration.RunFolder, recursive: true);
        Directory.CreateDirectory(configuration.RunFolder);
        File.WriteAllText(path, configuration.Fill(File.ReadAllText(template)));
        return new("gateway", "sh", ["-c", Script, path], logPath);
    }

    /// <summary>Whether nginx takes connections.</summary>
    public Task<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        ControlPlane.ListensAsync(configuration.Listen.Port, cancellationToken, configuration.Listen.Address.ToString());
}
