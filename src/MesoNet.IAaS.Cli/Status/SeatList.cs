using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Status;

/// <summary>A seat as <c>mesonet status</c> shows it.</summary>
/// <param name="Course">The environment's name.</param>
/// <param name="Student">The login.</param>
/// <param name="State">Stopped, Starting, Ready or Failed.</param>
/// <param name="Url">The student's invitation link; null as long as the portal has no key to sign it with.</param>
/// <param name="Address">Where its JupyterLab answers from this machine, past the gateway and with its token: for scripts of whoever runs the cluster; null unless it is ready.</param>
/// <param name="Why">A sentence where there is something to say.</param>
internal sealed record SeatRow(string Course, string Student, string State, string? Url, string? Address, string? Why);

/// <summary>The seats of a cluster, from the cluster.</summary>
internal static class SeatList
{
    public static async Task<IReadOnlyList<SeatRow>> ReadAsync(KubernetesClient client, PortalLinks? links, CancellationToken cancellationToken)
    {
        var courses = (await client.ListAsync<ClassroomEnvironment>(ListQuery.All, cancellationToken)).ToDictionary(course => course.Key);
        var pods = (await client.ListAsync<Pod>(ListQuery.All with { LabelSelector = "app.kubernetes.io/component=seat" }, cancellationToken))
            .ToDictionary(pod => pod.Key);
        var tokens = (await client.ListAsync<Secret>(ListQuery.All with { LabelSelector = "app.kubernetes.io/component=tokens" }, cancellationToken))
            .GroupBy(secret => secret.Metadata.Namespace!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var seats = await client.ListAsync<Seat>(ListQuery.All, cancellationToken);
        return
        [
            .. seats.OrderBy(seat => seat.Spec.Environment, StringComparer.Ordinal).ThenBy(seat => seat.Spec.Login, StringComparer.Ordinal).Select(seat =>
            {
                var name = seat.Metadata.Name!;
                var token = tokens.GetValueOrDefault(seat.Metadata.Namespace!)?.Select(secret => secret.Data?.GetValueOrDefault(name)).FirstOrDefault(value => value is not null);
                var address = pods.GetValueOrDefault(seat.Key)?.Status?.PodIP;
                var isReady = seat.Status?.State == SeatState.Ready && address is not null && token is not null;
                return new SeatRow(
                    seat.Spec.Environment, seat.Spec.Login, (seat.Status?.State ?? SeatState.Starting).ToString(),
                    courses.GetValueOrDefault(new(seat.Metadata.Namespace!, seat.Spec.Environment)) is { } course ? links?.To(seat, course) : null,
                    isReady ? $"http://{address}:{SeatPod.Port}{SeatPod.BasePath(seat.Spec.Environment, name)}lab?token={Encoding.ASCII.GetString(token!)}" : null,
                    seat.Status?.Message);
            }),
        ];
    }

    /// <summary>Prints the seats as a table; links are never cut, so that they can be clicked.</summary>
    public static void Print(IReadOnlyList<SeatRow> seats)
    {
        if (seats.Count == 0)
        {
            Console.WriteLine("There are no seats.");
            return;
        }

        var width = seats.Max(seat => seat.Student.Length) + 2;
        foreach (var course in seats.GroupBy(seat => seat.Course, StringComparer.Ordinal))
        {
            Console.WriteLine();
            Console.WriteLine(course.Key);
            foreach (var seat in course)
            {
                Console.WriteLine($"  {seat.Student.PadRight(width)}{seat.State.PadRight(10)}{seat.Url}");
                if (seat.Why is { } why) Console.WriteLine($"  {"".PadRight(width + 10)}{why}");
            }
        }
    }
}
