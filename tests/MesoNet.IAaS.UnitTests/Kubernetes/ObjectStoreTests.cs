using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Watching;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

public sealed class ObjectStoreTests
{
    private readonly ObjectStore<ConfigMap> store = new(map => map.Metadata.Label("course") is { } course ? [course] : []);

    [Fact]
    public void A_new_list_tells_of_what_is_new_changed_and_gone_and_of_nothing_else()
    {
        store.Take(new StoreChange<ConfigMap>.Replaced([Map("kept", "1"), Map("changed", "1"), Map("gone", "1")]));
        var touched = store.Take(new StoreChange<ConfigMap>.Replaced([Map("kept", "1"), Map("changed", "2"), Map("new", "1")]));
        Assert.Equal(["changed", "gone", "new"], touched.Select(map => map.Metadata.Name!).Order(StringComparer.Ordinal));
        Assert.Equal(["changed", "kept", "new"], store.All.Select(map => map.Metadata.Name!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_there_and_cannot_be_read_is_not_taken_for_gone()
    {
        var store = new ObjectStore<ConfigMap>();
        store.Take(new StoreChange<ConfigMap>.Replaced([Map("known", "1")]));
        store.Take(new StoreChange<ConfigMap>.Replaced([], [Map("known", "2").Key, Map("never-read", "1").Key]));
        Assert.NotNull(store.Find(Map("known", "1").Key));
        Assert.False(store.IsUnreadable(Map("known", "1").Key));
        Assert.True(store.IsUnreadable(Map("never-read", "1").Key));
        store.Take(new StoreChange<ConfigMap>.Deleted(Map("never-read", "1").Key));
        Assert.False(store.IsUnreadable(Map("never-read", "1").Key));
    }

    [Fact]
    public void An_object_moves_in_the_index_when_its_label_changes()
    {
        store.Take(new StoreChange<ConfigMap>.Applied(Map("a", "1", "math")));
        store.Take(new StoreChange<ConfigMap>.Applied(Map("a", "2", "physics")));
        Assert.Empty(store.Indexed("math"));
        Assert.Single(store.Indexed("physics"));
    }

    [Fact]
    public void Both_the_old_and_the_new_owner_hear_of_an_object_that_moved()
    {
        store.Take(new StoreChange<ConfigMap>.Applied(Map("a", "1", "math")));
        var touched = store.Take(new StoreChange<ConfigMap>.Applied(Map("a", "2", "physics")));
        Assert.Equal(["math", "physics"], touched.Select(map => map.Metadata.Label("course")!));
    }

    [Fact]
    public void A_store_is_not_synced_before_its_first_list()
    {
        store.Take(new StoreChange<ConfigMap>.Applied(Map("a", "1")));
        Assert.False(store.WaitUntilSyncedAsync(CancellationToken.None).IsCompleted);
        store.Take(new StoreChange<ConfigMap>.Replaced([]));
        Assert.True(store.WaitUntilSyncedAsync(CancellationToken.None).IsCompleted);
    }

    private static ConfigMap Map(string name, string version, string? course = null) => new()
    {
        Metadata = new()
        {
            Namespace = "n", Name = name, ResourceVersion = version,
            Labels = course is null ? null : new Dictionary<string, string> { ["course"] = course },
        },
    };
}
