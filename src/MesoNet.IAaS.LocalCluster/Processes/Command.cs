using System.Diagnostics;
using System.Text;

namespace MesoNet.IAaS.LocalCluster.Processes;

/// <summary>A program that ran to its end.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it printed on standard error.</param>
public sealed record CommandResult(int ExitCode, string Output, string Errors);

/// <summary>A program failed; the message holds the command and what it said.</summary>
public sealed class CommandFailedException(string message) : Exception(message);

/// <summary>Short-lived programs: run, wait, read.</summary>
public static class Command
{
    /// <summary>Runs a program and returns its result, whatever the exit code.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Cancelling ends the program.</param>
    /// <param name="input">What it reads on standard input.</param>
    /// <param name="environment">Variables added to this process's own.</param>
    /// <param name="onLine">Called with each line it prints, as it prints it.</param>
    public static async Task<CommandResult> TryRunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken,
        string? input = null, IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        using var process = new Process { StartInfo = start };
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        process.OutputDataReceived += (_, line) => Collect(output, line.Data);
        process.ErrorDataReceived += (_, line) => Collect(errors, line.Data);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new CommandFailedException($"{program} cannot be started: {exception.Message}");
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, output.ToString(), errors.ToString());

        void Collect(StringBuilder into, string? line)
        {
            if (line is null) return;
            lock (into) into.Append(line).Append('\n');
            onLine?.Invoke(line);
        }
    }

    /// <summary>Runs a program that must succeed and returns what it printed.</summary>
    /// <exception cref="CommandFailedException">It ended with another exit code than 0.</exception>
    public static async Task<string> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken,
        string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var result = await TryRunAsync(program, arguments, cancellationToken, input, environment);
        return result.ExitCode == 0
            ? result.Output
            : throw new CommandFailedException($"'{program} {string.Join(' ', arguments)}' failed ({result.ExitCode}): {result.Errors.Trim()}\n{string.Join('\n', result.Output.Trim().Split('\n').TakeLast(30))}".Trim());
    }
}
