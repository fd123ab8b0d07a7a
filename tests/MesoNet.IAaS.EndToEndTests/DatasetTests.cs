using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>A data set from a web server to a notebook, on a real node: told how far it is, refused when it is wrong, kept while it is used.</summary>
[Collection("one classroom")]
public sealed class DatasetTests(LocalClassroom classroom)
{
    private const string Namespace = "course-tp-fleurs";

    [Fact]
    public async Task An_archive_is_fetched_verified_read_by_a_seat_and_kept_until_its_course_is_gone()
    {
        await classroom.UntilAnswersAsync("student01");
        var archive = Archive();
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        using var stopping = new CancellationTokenSource();
        var progressSeen = new TaskCompletionSource();
        var serving = ServeAsync(listener, archive, progressSeen.Task, stopping.Token);
        var url = $"http://{await HostAddressAsync()}:{((IPEndPoint)listener.LocalEndpoint).Port}/flowers.tar.gz";
        try
        {
            await LocalClassroom.ApplyAsync(Manifests(url, new string('a', 64)));
            var underWay = await UntilAsync(dataset => dataset.Status?.FetchedBytes > 0);
            Assert.Equal("Fetching", Of(underWay, "Ready")!.Reason);
            Assert.InRange(underWay.Status!.FetchedBytes!.Value, 1, archive.Length - 1);
            Assert.Equal(url, underWay.Status.FetchingFile);
            progressSeen.SetResult();
            var wrong = await UntilAsync(dataset => Of(dataset, "Ready")?.Reason == "ChecksumMismatch");
            Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(archive)), Of(wrong, "Ready")!.Message, StringComparison.Ordinal);
            Assert.Equal(archive.Length, wrong.Status!.FetchedBytes);
            Assert.Contains("DatasetNotReady", (await LocalClassroom.KubectlAsync("get", "ce", "-n", Namespace)).Output, StringComparison.Ordinal);

            await LocalClassroom.ApplyAsync(Manifests(url, Convert.ToHexStringLower(SHA256.HashData(archive))));
            await UntilAsync(dataset => Of(dataset, "Ready")?.Reason == "Fetched");
            await LocalClassroom.EventuallyAsync(async () => (await InSeatAsync("cat /data/flowers/v1/rose.txt")) == "a rose", async () => (await LocalClassroom.KubectlAsync("get", "ce,datasets,pods", "-A")).Output);
            Assert.Contains("Read-only file system", await InSeatAsync("LC_ALL=C touch /data/flowers/mine 2>&1"), StringComparison.Ordinal);
            // The same data is the course's documents, without a copy.
            Assert.Equal("a rose", await InSeatAsync("cat /documents/v1/rose.txt"));
            Assert.Equal("/documents\na rose", await InSeatAsync("cd && readlink documents && cat documents/v1/rose.txt"));
            Assert.Contains("Read-only file system", await InSeatAsync("LC_ALL=C touch /documents/mine 2>&1"), StringComparison.Ordinal);
            Assert.Equal("the same", await InSeatAsync("[ /data/flowers/v1/pixels.bin -ef /documents/v1/pixels.bin ] && echo the same"));

            Assert.Equal(0, (await LocalClassroom.KubectlAsync("delete", "datasets", "flowers", "--wait=false")).ExitCode);
            await UntilAsync(dataset => Of(dataset, "InUse")?.Reason == "DeletionWaits");
            Assert.Equal("a rose", await InSeatAsync("cat /data/flowers/v1/rose.txt"));
            await LocalClassroom.KubectlAsync("delete", "namespace", Namespace, "--wait=false");
            await LocalClassroom.EventuallyAsync(
                async () => (await LocalClassroom.KubectlAsync("get", "datasets", "flowers")).ExitCode != 0
                    && (await LocalClassroom.KubectlAsync("get", "pvc", "-n", "mesonet-system", "-o", "name")).Output.Trim().Length == 0,
                async () => (await LocalClassroom.KubectlAsync("get", "datasets,pvc,pv", "-A")).Output);
        }
        finally
        {
            await stopping.CancelAsync();
            listener.Stop();
            await serving;
        }
    }

    private static async Task<string> InSeatAsync(string script)
    {
        var pod = (await LocalClassroom.KubectlAsync("get", "pods", "-n", Namespace, "-l", "app.kubernetes.io/component=seat", "-o", "name")).Output.Trim();
        return pod.Length == 0 ? "" : (await LocalClassroom.KubectlAsync("exec", "-n", Namespace, pod, "--", "sh", "-c", script)).Output.Trim();
    }

    // Pods reach this machine at the first address of their network.
    private static async Task<string> HostAddressAsync()
    {
        var address = (await LocalClassroom.KubectlAsync("get", "pod", "-n", "course-intro-pytorch", await LocalClassroom.PodAsync("student01"), "-o", "jsonpath={.status.podIP}")).Output.Trim();
        return address[..address.LastIndexOf('.')] + ".1";
    }

    private static async Task ServeAsync(TcpListener listener, byte[] content, Task progressSeen, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                try
                {
                    await AnswerAsync(client.GetStream(), content, progressSeen, cancellationToken);
                }
                catch (IOException)
                {
                    // Whoever asked went away, and may come again.
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
        }
    }

    // In small parts, of which a program that reads a mebibyte at once sees one every other second, until somebody has seen how far it is; then the rest. The last mebibyte does not come before.
    private static async Task AnswerAsync(NetworkStream stream, byte[] content, Task progressSeen, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 })
        {
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"), cancellationToken);
        const int part = 128 << 10;
        var sent = 0;
        while (!progressSeen.IsCompleted)
        {
            // Then a byte a second: who hears nothing at all gives up.
            var (count, pause) = sent + part < content.Length - (1 << 20) ? (part, 0.2) : (1, 1);
            await stream.WriteAsync(content.AsMemory(sent, count), cancellationToken);
            sent += count;
            await Task.WhenAny(progressSeen, Task.Delay(TimeSpan.FromSeconds(pause), cancellationToken));
        }

        await stream.WriteAsync(content.AsMemory(sent), cancellationToken);
    }

    private static byte[] Archive()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "rose.txt") { DataStream = new MemoryStream("a rose"u8.ToArray()) });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "pixels.bin") { DataStream = new MemoryStream(RandomNumberGenerator.GetBytes(16_000_000)) });
        }

        return packed.ToArray();
    }

    private static async Task<Dataset> UntilAsync(Func<Dataset, bool> isAsItShould)
    {
        Dataset? last = null;
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                var got = await LocalClassroom.KubectlAsync("get", "datasets", "flowers", "-o", "json");
                last = got.ExitCode == 0 ? KubernetesJson.Read<Dataset>(Encoding.UTF8.GetBytes(got.Output)) : null;
                return last is not null && isAsItShould(last);
            },
            () => Task.FromResult(last is null ? "there is no such data set" : KubernetesYaml.Write(last)));
        return last!;
    }

    private static MesoNet.IAaS.Kubernetes.Objects.Condition? Of(Dataset dataset, string type) => dataset.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    private static string Manifests(string url, string sha256) => $$"""
        apiVersion: mesonet.fr/v1alpha1
        kind: Dataset
        metadata: {name: flowers}
        spec:
          title: Fleurs
          source:
            files:
            - {url: "{{url}}", sha256: {{sha256}}, unpack: tar.gz, path: v1}
            volume: {size: 100Mi}
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: CourseTemplate
        metadata: {name: tp-fleurs}
        spec:
          title: TP Fleurs
          image: localhost/mesonet/pytorch:2.6
          datasets: [{name: flowers}]
          documents: {dataset: flowers}
          resources:
            lesson: {cpu: 10m, memory: 600Mi}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{Namespace}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata: {name: tp-fleurs, namespace: {{Namespace}} }
        spec:
          template: {name: tp-fleurs}
          storage: {size: 1Gi}
          students: [{login: student01}]
        """;
}
