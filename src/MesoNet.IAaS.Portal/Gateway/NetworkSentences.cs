using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>What somebody reads who comes from a network that is not let in.</summary>
internal static class NetworkSentences
{
    /// <summary>Of a course.</summary>
    public static string OfCourse(Language language) => language.Say(
        "Ce cours n’est pas ouvert depuis ce réseau. Connectez-vous depuis celui de votre établissement.", "This course is not open from this network. Connect from that of your institution.");

    /// <summary>Of a research workspace.</summary>
    public static string OfWorkspace(Language language) => language.Say(
        "Cet espace de recherche n’est pas ouvert depuis ce réseau. Connectez-vous depuis celui de votre établissement.",
        "This research workspace is not open from this network. Connect from that of your institution.");
}
