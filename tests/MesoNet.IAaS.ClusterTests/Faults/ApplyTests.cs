using System.Net;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests.Faults;

/// <summary>What server-side apply does to what others wrote, to what is left out, and to what is gone.</summary>
public sealed class ApplyTests(ClusterFixture cluster)
{
    [Fact]
    public async Task A_field_that_is_no_longer_applied_is_removed_and_those_of_others_stay()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "map");
        await ApplyAsync(key, "ours", "kept", "dropped");
        await ApplyAsync(key, "theirs", "foreign");
        await ApplyAsync(key, "ours", "kept");
        Assert.Equal(["foreign", "kept"], (await cluster.Admin.GetAsync<ConfigMap>(key, CancellationToken.None)).Data!.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Fields_that_our_types_do_not_know_survive_an_apply()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "map");
        await cluster.Admin.ApplyManifestAsync(
            new JsonObject
            {
                ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["binaryData"] = new JsonObject { ["unknown"] = "AAAA" },
                ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace },
            },
            "theirs", CancellationToken.None);
        await ApplyAsync(key, "ours", "known");
        var text = await cluster.Admin.GetTextAsync($"/api/v1/namespaces/{key.Namespace}/configmaps/{key.Name}", CancellationToken.None);
        Assert.Equal("AAAA", JsonNode.Parse(text)!["binaryData"]!["unknown"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_was_deleted_meanwhile_is_not_brought_back_by_an_apply_that_names_its_uid()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "map");
        var observed = await ApplyAsync(key, "ours", "kept");
        await cluster.Admin.DeleteAsync<ConfigMap>(key, CancellationToken.None);
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => ApplyAsync(key, observed.Metadata));
        Assert.True(exception.IsConflict);
        Assert.Null(await cluster.Admin.FindAsync<ConfigMap>(key, CancellationToken.None));
    }

    [Fact]
    public async Task A_namesake_made_meanwhile_is_not_touched_by_an_apply_that_names_the_old_uid()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "map");
        var observed = await ApplyAsync(key, "ours", "kept");
        await cluster.Admin.DeleteAsync<ConfigMap>(key, CancellationToken.None);
        await ApplyAsync(key, "theirs", "foreign");
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => ApplyAsync(key, observed.Metadata));
        // 1.20 calls it invalid (the uid cannot change), where a delete's precondition is a conflict.
        Assert.Contains(exception.StatusCode, (HttpStatusCode[])[HttpStatusCode.Conflict, HttpStatusCode.UnprocessableEntity]);
        exception = await Assert.ThrowsAsync<KubernetesApiException>(
            () => cluster.Admin.DeleteAsync<ConfigMap>(key, CancellationToken.None, observed.Metadata.Uid));
        Assert.True(exception.IsConflict);
        Assert.Equal(["foreign"], (await cluster.Admin.GetAsync<ConfigMap>(key, CancellationToken.None)).Data!.Keys);
    }

    [Fact]
    public async Task Writing_a_status_leaves_the_generation_and_the_spec_alone()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "seat");
        var seat = await cluster.Admin.ApplyAsync(
            new Seat { Metadata = new() { Namespace = key.Namespace, Name = key.Name }, Spec = new() { Environment = "none", Login = "student01" } },
            "ours", force: true, CancellationToken.None);
        await cluster.Admin.ReplaceStatusAsync<Seat>(key, seat.Metadata.Uid!, new SeatStatus { State = SeatState.Ready }, "ours-status", CancellationToken.None);
        var after = await cluster.Admin.GetAsync<Seat>(key, CancellationToken.None);
        Assert.Equal(SeatState.Ready, after.Status!.State);
        Assert.Equal(seat.Metadata.Generation, after.Metadata.Generation);
        Assert.Equal(seat.Spec, after.Spec);
    }

    [Fact]
    public async Task The_status_of_one_that_is_gone_is_not_given_to_its_namesake()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "seat");
        var seat = new Seat { Metadata = new() { Namespace = key.Namespace, Name = key.Name }, Spec = new() { Environment = "none", Login = "student01" } };
        var old = await cluster.Admin.CreateAsync(seat, CancellationToken.None);
        await cluster.Admin.DeleteAsync<Seat>(key, CancellationToken.None, old.Metadata.Uid);
        await cluster.Admin.CreateAsync(seat, CancellationToken.None);
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => cluster.Admin.ReplaceStatusAsync<Seat>(
            key, old.Metadata.Uid!, new SeatStatus { State = SeatState.Ready }, "ours-status", CancellationToken.None));
        Assert.True(exception.IsConflict);
        Assert.Null((await cluster.Admin.GetAsync<Seat>(key, CancellationToken.None)).Status);
    }

    private Task<ConfigMap> ApplyAsync(ObjectKey key, string manager, params IReadOnlyList<string> fields) => ApplyAsync(key, uid: null, manager, fields);

    private Task<ConfigMap> ApplyAsync(ObjectKey key, ObjectMeta observed) => ApplyAsync(key, observed.Uid, "ours", ["kept"]);

    private Task<ConfigMap> ApplyAsync(ObjectKey key, string? uid, string manager, IReadOnlyList<string> fields) => cluster.Admin.ApplyAsync(
        new ConfigMap
        {
            Metadata = new() { Namespace = key.Namespace, Name = key.Name, Uid = uid },
            Data = fields.ToDictionary(field => field, _ => manager, StringComparer.Ordinal),
        },
        manager, force: true, CancellationToken.None);
}
