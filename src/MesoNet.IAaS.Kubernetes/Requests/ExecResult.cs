namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>How a command in a container ended.</summary>
/// <param name="ExitCode">Its exit code; 0 where it succeeded.</param>
/// <param name="Output">What it wrote to its standard output, cut after 64 kB.</param>
/// <param name="Errors">The same of its standard error.</param>
public sealed record ExecResult(int ExitCode, string Output, string Errors);
