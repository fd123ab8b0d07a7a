using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;

[assembly: JsonContext(typeof(KubernetesJsonContext))]

namespace MesoNet.IAaS.Kubernetes.Serialization;

/// <summary>Generated code that reads and writes the built-in kinds: nothing is looked up by reflection while requests are under way.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(ListMetadata))]
[JsonSerializable(typeof(DeleteOptions))]
[JsonSerializable(typeof(MetadataOnly))]
[JsonSerializable(typeof(Namespace))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(ConfigMap))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(ResourceQuota))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(ObservedEvent))]
[JsonSerializable(typeof(CustomResourceDefinition))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(NetworkPolicy))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(ObservedPod))]
[JsonSerializable(typeof(PersistentVolume))]
[JsonSerializable(typeof(PersistentVolumeClaim))]
[JsonSerializable(typeof(StorageClass))]
[JsonSerializable(typeof(Job))]
internal sealed partial class KubernetesJsonContext : JsonSerializerContext;
