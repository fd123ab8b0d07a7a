using System.Text;
using Microsoft.AspNetCore.Http;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>Passes the body of one answer on as it comes, or as far as the faults in place let it.</summary>
internal sealed class BodyPassage(HttpContext context, ProxiedRequest request, FaultList faults, TimeProvider time)
{
    private readonly Stream client = context.Response.Body;
    private readonly CancellationToken left = context.RequestAborted;

    /// <summary>A body that means something only as a whole.</summary>
    public async Task PassWholeAsync(Stream body)
    {
        if (faults.Find(request, FaultPoint.Body) is not { } fault)
        {
            await body.CopyToAsync(client, left);
            return;
        }

        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, left);
        await BreakOffAsync(whole.ToArray(), fault);
    }

    /// <summary>A watch: line by line, each shown at once. Its end is met by faults just as a line is.</summary>
    public async Task PassLinesAsync(Stream body)
    {
        using var lines = new StreamReader(body, Encoding.UTF8);
        while (await lines.ReadLineAsync(left) is { } line)
        {
            if (!await TryPassLineAsync(Encoding.UTF8.GetBytes(line + '\n'))) return;
        }

        await TryPassLineAsync([]);
    }

    /// <summary>Passes a line on; returns whether the watch goes on after it.</summary>
    private async Task<bool> TryPassLineAsync(byte[] line)
    {
        var fault = faults.Find(request, FaultPoint.Body);
        switch (fault?.Fault)
        {
            case Fault.SwallowEvents:
                return true;
            case Fault.EndWatch:
                return false;
            case Fault.WatchError error:
                await ShowAsync(Refusal.Line(error));
                return false;
            case Fault.Cut:
                context.Abort();
                return false;
            case Fault.Hang:
                await SilentStream.HangAsync(context, fault.Cleared);
                return false;
            case Fault.CutMidway or Fault.StallMidway:
                await BreakOffAsync(line, fault);
                return false;
            case Fault.Delay(var by):
                await Task.Delay(by, time, left);
                break;
        }

        await ShowAsync(line);
        return true;
    }

    private async Task BreakOffAsync(byte[] bytes, InstalledFault fault)
    {
        await ShowAsync(bytes.AsMemory(0, bytes.Length / 2));
        if (fault.Fault is Fault.StallMidway) await SilentStream.HangAsync(context, fault.Cleared);
        else context.Abort();
    }

    private async Task ShowAsync(ReadOnlyMemory<byte> bytes)
    {
        await client.WriteAsync(bytes, left);
        await client.FlushAsync(left);
    }
}
