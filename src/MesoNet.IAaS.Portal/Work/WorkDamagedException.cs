namespace MesoNet.IAaS.Portal.Work;

/// <summary>Work that is not what its manifest says, in a sentence for the teacher.</summary>
internal sealed class WorkDamagedException(string message) : Exception(message);
