using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Site;

/// <summary>The operator's program, which stands beside this one.</summary>
internal static class OperatorProgram
{
    /// <summary>Its assembly.</summary>
    public static string AssemblyPath { get; } = Path.Combine(AppContext.BaseDirectory, "MesoNet.IAaS.Operator.dll");

    /// <summary>What runs it: the dotnet that runs this program, else the one on the PATH.</summary>
    public static string Dotnet { get; } = Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>How to run it on a cluster.</summary>
    public static ProcessSpec Specification(string name, string kubeconfig, string logPath, params IEnumerable<string> flags) =>
        new(name, Dotnet, [AssemblyPath, "--kubeconfig", kubeconfig, .. flags], logPath);
}
