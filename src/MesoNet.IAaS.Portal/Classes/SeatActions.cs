using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>What a teacher does to one student's seat. Each answers with what happened, and is written down as an Event of the seat.</summary>
internal sealed class SeatActions(KubernetesClient client, SeatWishes wishes, ResourceEvents events, SiteView site, TimeProvider time)
{
    /// <summary>Starts it, where the timetable lets it.</summary>
    public async Task<Sentence> StartAsync(FoundSeat found, Visitor visitor, CancellationToken cancellationToken)
    {
        var login = found.Seat.Spec.Login;
        if (!TimetableOf(found).MayRun(found.Seat)) return new($"L’environnement de {login} ne peut pas démarrer en ce moment\u00a0: le calendrier ne le permet pas.", $"The environment of {login} cannot start now: the timetable does not allow it.");
        await wishes.StartAsync(found.Seat.Key, cancellationToken);
        await events.RecordAsync(found.Seat, "StartAsked", $"{visitor.Login} asked for it to start.", cancellationToken);
        return new($"L’environnement de {login} est demandé\u00a0; cela prend quelques secondes.", $"The environment of {login} has been asked for; this takes some seconds.");
    }

    /// <summary>Stops it, where it runs on demand: in a lesson seats run anyway.</summary>
    public async Task<Sentence> StopAsync(FoundSeat found, Visitor visitor, CancellationToken cancellationToken)
    {
        var login = found.Seat.Spec.Login;
        if (!TimetableOf(found).IsOnDemand(found.Seat)) return new($"Pendant une séance, l’environnement de {login} reste ouvert. Rien n’a été fait.", $"During a lesson the environment of {login} stays open. Nothing was done.");
        await wishes.StopAsync(found.Seat.Key, cancellationToken);
        await events.RecordAsync(found.Seat, "StopAsked", $"{visitor.Login} asked for it to stop.", cancellationToken);
        return new($"L’environnement de {login} s’arrête\u00a0; le travail est conservé.", $"The environment of {login} is stopping; the work is kept.");
    }

    /// <summary>Ends its pod; the operator makes another.</summary>
    /// <param name="found">The seat.</param>
    /// <param name="pod">The uid of the pod that the teacher saw: a form that is sent twice ends it once.</param>
    /// <param name="visitor">Who does it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Sentence> RestartAsync(FoundSeat found, string pod, Visitor visitor, CancellationToken cancellationToken)
    {
        var login = found.Seat.Spec.Login;
        try
        {
            await client.DeleteAsync<ObservedPod>(found.Seat.Key, cancellationToken, pod);
        }
        catch (KubernetesApiException exception) when (exception.IsConflict)
        {
            return new($"L’environnement de {login} a déjà été redémarré.", $"The environment of {login} has been restarted already.");
        }

        await events.RecordAsync(found.Seat, "Restarted", $"{visitor.Login} restarted it.", cancellationToken);
        return new(
            $"L’environnement de {login} redémarre. Ses fichiers sont conservés\u00a0; ce qui tournait dans ses notebooks est perdu.",
            $"The environment of {login} is restarting. Its files are kept; what ran in its notebooks is lost.");
    }

    /// <summary>Gives the student longer to hand in, or takes that back.</summary>
    /// <param name="found">The seat.</param>
    /// <param name="localTime">Until when, in the course's zone; empty to take it back.</param>
    /// <param name="visitor">Who does it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Sentence> ExtendAsync(FoundSeat found, string? localTime, Visitor visitor, CancellationToken cancellationToken)
    {
        var login = found.Seat.Spec.Login;
        if (string.IsNullOrWhiteSpace(localTime))
        {
            await wishes.ExtendAsync(found.Seat.Key, null, cancellationToken);
            await events.RecordAsync(found.Seat, "ExtensionTaken", $"{visitor.Login} took the extension back.", cancellationToken);
            return new($"{login} n’a plus de délai particulier.", $"{login} has no extension any more.");
        }

        var timetable = TimetableOf(found);
        var (extension, problem) = Extension.Of(found.Seat, timetable, localTime);
        if (extension is null) return problem!;
        await wishes.ExtendAsync(found.Seat.Key, localTime, cancellationToken);
        await events.RecordAsync(found.Seat, "Extended", $"{visitor.Login} gave until {localTime} to hand in {extension.Lesson}.", cancellationToken);
        return new(
            $"{login} peut rendre {extension.Lesson} jusqu’au {Moment(Language.French)}.", $"{login} can hand in {extension.Lesson} until {Moment(Language.English)}.");

        string Moment(Language language) => WaitingSentences.Moment(extension.Until, timetable.Zone, timetable.Now, language);
    }

    /// <summary>Makes all links to the seat useless but the next one.</summary>
    public async Task<Sentence> RenewLinkAsync(FoundSeat found, int shown, Visitor visitor, CancellationToken cancellationToken)
    {
        var login = found.Seat.Spec.Login;
        if ((found.Seat.Spec.Invitation ?? 0) != shown) return new($"Le lien de {login} a déjà été renouvelé.", $"The link of {login} has been renewed already.");
        await wishes.RenewLinkAsync(found.Seat, cancellationToken);
        await events.RecordAsync(found.Seat, "LinkRenewed", $"{visitor.Login} renewed the link.", cancellationToken);
        // What goes through an open WebSocket is asked for no more: only the end of the pod ends it.
        return new(
            $"L’ancien lien de {login} ne vaut plus rien\u00a0: donnez-lui le nouveau. Ce qui est encore ouvert peut continuer\u00a0: pour y mettre fin tout de suite, redémarrez l’environnement.",
            $"The old link of {login} is worth nothing now: hand out the new one. What is still open may go on: to end it at once, restart the environment.");
    }

    /// <summary>Takes what the student has, as the student's own button does.</summary>
    public async Task<Sentence> HandInAsync(FoundSeat found, string lesson, Visitor visitor, CancellationToken cancellationToken)
    {
        var timetable = TimetableOf(found);
        var login = found.Seat.Spec.Login;
        if (HandInChance.Of(timetable.Of(found.Seat).Lessons, timetable.PeriodOf(found.Seat), timetable.Now).FirstOrDefault(item => item.Lesson == lesson) is not { } chance)
            return new($"La séance {lesson} ne peut pas être rendue pour {login}\u00a0: elle n’a pas commencé, ou le cours est fermé.", $"The lesson {lesson} cannot be handed in for {login}: it has not begun, or the course is closed.");
        await wishes.HandInAsync(found.Seat.Key, lesson, cancellationToken);
        await events.RecordAsync(found.Seat, "HandInAsked", $"{visitor.Login} handed in {lesson} for {login}.", cancellationToken);
        return HandInSentences.AskedFor(found.Course, login, lesson, chance.IsLate);
    }

    private FollowedTimetable TimetableOf(FoundSeat found) =>
        new(found.Course, site.Templates.Find(ObjectKey.Cluster(found.Course.Spec.Template.Name)), Instant.FromDateTimeOffset(time.GetUtcNow()));
}
