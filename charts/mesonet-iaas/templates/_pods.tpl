{{/* What MesoNet's pods have in common. */}}

{{- define "mesonet.labels" -}}
app.kubernetes.io/part-of: mesonet-iaas
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "mesonet.podSecurity" -}}
runAsNonRoot: true
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "mesonet.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "mesonet.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- end }}

{{/* One node that goes should not take them all. Called with the name. */}}
{{- define "mesonet.apart" -}}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector: {matchLabels: {app.kubernetes.io/name: {{ . }}}}
{{- end }}

{{- define "mesonet.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "mesonet.apiServer" -}}
{{- with .Values.kubernetesApi }}
{{- $parts := urlParse . }}
- {name: KUBERNETES_SERVICE_HOST, value: {{ regexReplaceAll ":[0-9]+$" $parts.host "" | trimAll "[]" | quote }}}
- {name: KUBERNETES_SERVICE_PORT, value: {{ regexFind "[0-9]+$" $parts.host | quote }}}
{{- end }}
{{- end }}

{{/* The catalogue of platforms, the same for the operator and the portal. */}}
{{- define "mesonet.platformsArguments" -}}
{{- if .Values.platforms }}
- --platforms=/etc/mesonet/platforms.yaml
{{- end }}
{{- end }}

{{- define "mesonet.platformsMount" -}}
{{- if .Values.platforms }}
- {name: platforms, mountPath: /etc/mesonet, readOnly: true}
{{- end }}
{{- end }}

{{- define "mesonet.platformsVolume" -}}
{{- if .Values.platforms }}
- {name: platforms, configMap: {name: mesonet-platforms}}
{{- end }}
{{- end }}
